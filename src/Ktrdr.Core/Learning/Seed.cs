using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ktrdr.Core;

/// <summary>The only source of chance in a run. Same seed, same model.</summary>
/// <param name="Value">Any whole number; it is recorded with whatever it decided.</param>
public readonly record struct Seed(int Value)
{
    /// <summary>A stream of its own per purpose, so drawing more for one never moves another.</summary>
    /// <param name="purpose">What the draws are for, such as <c>weights</c>.</param>
    public Random For(string purpose) => new(Derive(purpose).Value);

    /// <summary>A seed of its own per purpose, for work that draws from several streams itself.</summary>
    /// <param name="purpose">What the seed is for, such as <c>candidate 3</c>.</param>
    public Seed Derive(string purpose) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{Value}:{purpose}"))));
}
