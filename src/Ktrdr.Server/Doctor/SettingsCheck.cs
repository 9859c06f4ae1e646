using Ktrdr.Core;
using Ktrdr.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Ktrdr.Server;

/// <summary>Finds settings that nobody reads and values that nobody can, all of them at once.</summary>
/// <param name="read">Reads every setting; complains of the first that makes no sense.</param>
/// <param name="ownNames">Names that are read elsewhere.</param>
internal sealed class SettingsCheck(Action<IServiceCollection, IConfiguration> read, IReadOnlyList<string> ownNames)
{
    private static readonly string[] s_prefixes =
    [
        "AGENT_",
        "KTRDR_",
        "TRAINING_GATE_",
        "BACKTEST_GATE_",
        "STUB_WORKER_",
    ];

    /// <summary>The findings for these environment variables.</summary>
    public IReadOnlyList<Finding> Of(IReadOnlyDictionary<string, string?> variables)
    {
        var known = Known();
        var set = variables
            .Where(variable => !string.IsNullOrWhiteSpace(variable.Value))
            .OrderBy(variable => variable.Key, StringComparer.Ordinal)
            .ToList();
        var unknown = set.Select(variable => variable.Key)
            .Where(name => s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .Where(name => !known.Contains(name))
            .Select(name => Unknown(name, known));

        // Each by itself, so that one mistake does not hide the next; then all together, for those that do not go together.
        var ours = set.Where(variable => known.Contains(variable.Key)).ToList();
        var unreadable = ours.Select(one => Unreadable($"setting {one.Key}", [one])).OfType<Finding>().ToList();
        if (unreadable.Count == 0 && Unreadable("settings", ours) is { } together)
        {
            unreadable.Add(together);
        }

        List<Finding> findings = [.. unreadable, .. unknown];
        return findings.Count > 0 ? findings : [Finding.Ok("settings", InWords(ours))];
    }

    // Whatever is asked for when nothing is set is all there is: no list that could fall behind.
    private HashSet<string> Known()
    {
        var asked = new AskedNames();
        read(new ServiceCollection(), asked);
        return new HashSet<string>(asked.Names.Concat(ownNames), StringComparer.OrdinalIgnoreCase);
    }

    private Finding? Unreadable(string what, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        try
        {
            read(new ServiceCollection(), new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
            return null;
        }
        catch (InvalidOperationException wrong)
        {
            return Finding.Wrong(
                what,
                "cannot be used, and nothing starts with it",
                wrong.Message,
                "Change it or unset it; docs/settings.md has them all."
            );
        }
    }

    // Only the name: what it holds may be somebody's secret.
    private static Finding Unknown(string name, HashSet<string> known) =>
        Finding.Warning(
            $"setting {name}",
            "set, and nobody reads it",
            "A setting with a slip in its name changes nothing, and says nothing either.",
            NearestName.Of(name, known) is [var nearest, ..]
                ? $"Did you mean {nearest}? If it belongs to another program, all is well."
                : "Unset it, or leave it if it belongs to another program; docs/settings.md has ours."
        );

    private static string InWords(List<KeyValuePair<string, string?>> ours) =>
        ours.Count == 0 ? "none set; the defaults hold" : $"{string.Join(", ", ours.Select(one => one.Key))}: readable";

    /// <summary>A configuration in which nothing is set, and that remembers what it was asked for.</summary>
    private sealed class AskedNames : IConfiguration
    {
        public List<string> Names { get; } = [];

        public string? this[string key]
        {
            get
            {
                Names.Add(key);
                return null;
            }
            set => throw new NotSupportedException();
        }

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public IChangeToken GetReloadToken() => throw new NotSupportedException();
    }
}
