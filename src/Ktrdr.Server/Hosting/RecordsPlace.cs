using Ktrdr.Archive;
using Ktrdr.Operations;

namespace Ktrdr.Server;

/// <summary>Where the records of a home lie: in its own file, or in the database that <c>KTRDR_DATABASE</c> names.</summary>
internal static class RecordsPlace
{
    /// <summary>The setting's name.</summary>
    public const string Setting = "KTRDR_DATABASE";

    /// <summary>Says so to whoever opens them.</summary>
    /// <param name="options">What is told.</param>
    /// <param name="home">The home.</param>
    /// <param name="database">The setting's value; nothing means the home's own file.</param>
    /// <exception cref="InvalidOperationException">The value is no address of a database.</exception>
    public static void Apply(OperationsOptions options, HomeFolder home, string? database)
    {
        options.DatabasePath = Path.Combine(home.Root, "ktrdr.db");
        try
        {
            options.DatabaseUrl = string.IsNullOrWhiteSpace(database) ? null : database.Trim();
        }
        catch (FormatException wrong)
        {
            throw new InvalidOperationException($"{Setting} cannot be used. {wrong.Message}", wrong);
        }
    }
}
