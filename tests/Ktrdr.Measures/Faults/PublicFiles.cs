using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ktrdr.Research;

namespace Ktrdr.Measures;

/// <summary>The files of a home, held against the records. Names that begin with a dot are nobody's: a crash may leave them.</summary>
internal static class PublicFiles
{
    private const string IdentityFile = "identity";
    private static readonly string[] s_paths = ["strategy_path", "model_path", "results_path", "assessment_path"];

    public static IEnumerable<string> Against(Standing standing)
    {
        var operations = standing.Records.Operations.ToLookup(operation => operation["id"]);
        var published = standing
            .Records.Operations.Where(operation => operation["publication"] == "done")
            .SelectMany(operation => Published(operation, standing.Home));
        // Whoever resumes an operation has its name as well, which stays that one's.
        var rightful = standing
            .Records.Operations.Where(operation => operation["status"] == "completed")
            .SelectMany(operation => s_paths.Select(path => (string?)operation.Json("result")[path]))
            .ToHashSet();
        var early = standing
            .Records.Names.Where(name => operations[name["operation_id"]].First()["status"] != "completed")
            .Select(name =>
                (name, Path: name["scope"] == "strategy" ? $"strategies/{name["name"]}.yaml" : name["name"])
            )
            .Where(taken => Path.Exists(Path.Combine(standing.Home, taken.Path)) && !rightful.Contains(taken.Path))
            .Select(taken => $"{taken.Path} is there, and {taken.name["operation_id"]} has not completed");
        return published.Concat(early).Concat(Strangers(standing)).Concat(Datasets(standing.Home));
    }

    /// <summary>What lies on the shelves.</summary>
    public static IEnumerable<string> Kept(Standing standing)
    {
        foreach (var file in Files(standing.Home, "data/shelf/strategies"))
        {
            if (Hash(File.ReadAllBytes(file)) != Path.GetFileNameWithoutExtension(file))
            {
                yield return $"{file} is another text";
            }
        }

        foreach (var shelf in (string[])["data/shelf/models", "data/shelf/backtests"])
        {
            foreach (
                var folder in Folders(standing.Home, shelf)
                    .Where(folder => Identity(folder) != Path.GetFileName(folder))
            )
            {
                yield return $"{folder} amounts to {Identity(folder)}";
            }
        }
    }

    private static IEnumerable<string> Published(Row operation, string home)
    {
        var result = operation.Json("result");
        var reason = operation["type"] switch
        {
            OperationTypes.Design => TextDiffers(
                home,
                (string?)result["strategy_path"],
                (string?)result["strategy_identity"]
            ),
            OperationTypes.Training => FolderDiffers(
                home,
                (string?)result["model_path"],
                (string?)result["model_identity"]
            ),
            OperationTypes.Backtest => FolderDiffers(
                home,
                (string?)result["results_path"],
                (string?)result["results_identity"]
            ),
            OperationTypes.Assessment => OpinionLacks(home, (string?)result["assessment_path"]),
            _ => null,
        };
        return reason is null ? [] : [$"{operation["id"]} was published: {reason}"];
    }

    /// <summary>Public folders say themselves what they are, and somebody took their name.</summary>
    private static IEnumerable<string> Strangers(Standing standing)
    {
        var taken = standing.Records.Names.Select(name => name["name"]).ToHashSet();
        var folders = Folders(standing.Home, "models")
            .SelectMany(strategy => Directory.EnumerateDirectories(strategy))
            .Concat(
                Folders(standing.Home, "strategies")
                    .SelectMany(strategy => Directory.EnumerateDirectories(strategy, "backtest_*"))
            )
            .Where(folder => !Path.GetFileName(folder).StartsWith('.'));
        foreach (var folder in folders)
        {
            var relative = Path.GetRelativePath(standing.Home, folder).Replace('\\', '/');
            if (!taken.Contains(relative))
            {
                yield return $"{relative} is nobody's";
            }

            var identity = Path.Combine(folder, IdentityFile);
            if (!File.Exists(identity) || File.ReadAllText(identity).Trim() != Identity(folder))
            {
                yield return $"{relative} is torn";
            }
        }

        foreach (
            var opinion in Folders(standing.Home, "strategies")
                .Select(strategy => Path.Combine(strategy, "assessment.json"))
                .Where(File.Exists)
        )
        {
            if (Broken(opinion) is { } reason)
            {
                yield return reason;
            }
        }
    }

    private static IEnumerable<string> Datasets(string home)
    {
        foreach (var record in Files(home, "data").Where(file => Path.GetExtension(file) == ".json"))
        {
            if (Broken(record) is { } reason)
            {
                yield return reason;
            }
            else if (!File.Exists(Path.ChangeExtension(record, ".csv")))
            {
                yield return $"{record} speaks of bars that are not there";
            }
        }
    }

    private static string? TextDiffers(string home, string? path, string? identity)
    {
        var file = Path.Combine(home, path!);
        return !File.Exists(file) ? $"{path} is not there"
            : Hash(File.ReadAllBytes(file)) != identity ? $"{path} is another text"
            : null;
    }

    private static string? FolderDiffers(string home, string? path, string? identity) =>
        path is null ? null // a stub, which leaves nothing
        : !Directory.Exists(Path.Combine(home, path)) ? $"{path} is not there"
        : Identity(Path.Combine(home, path)) != identity ? $"{path} is not what was recorded"
        : null;

    private static string? OpinionLacks(string home, string? path) =>
        File.Exists(Path.Combine(home, path!)) ? Broken(Path.Combine(home, path!)) : $"{path} is not there";

    private static string? Broken(string json)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(json)) is JsonObject ? null : $"{json} says nothing";
        }
        catch (JsonException torn)
        {
            return $"{json} is torn: {torn.Message}";
        }
    }

    /// <summary>The SHA-256 over names, lengths and contents in the order of the names, as the shelf promises it.</summary>
    private static string Identity(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (
            var file in Directory
                .GetFiles(folder)
                .Where(file => Path.GetFileName(file) != IdentityFile)
                .Order(StringComparer.Ordinal)
        )
        {
            var bytes = File.ReadAllBytes(file);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(file)} {bytes.Length}\n"));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static IEnumerable<string> Files(string home, string folder) =>
        Within(home, folder, path => Directory.EnumerateFiles(path));

    private static IEnumerable<string> Folders(string home, string folder) =>
        Within(home, folder, path => Directory.EnumerateDirectories(path));

    private static IEnumerable<string> Within(string home, string folder, Func<string, IEnumerable<string>> list)
    {
        var path = Path.Combine(home, folder);
        return Directory.Exists(path) ? list(path).Where(entry => !Path.GetFileName(entry).StartsWith('.')) : [];
    }
}
