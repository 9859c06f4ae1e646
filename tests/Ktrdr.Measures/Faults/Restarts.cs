using System.Globalization;

namespace Ktrdr.Measures;

/// <summary>How soon a new process took up what a dead one had been running.</summary>
internal static class Restarts
{
    /// <summary>The time from a start until the last of what was found running had been claimed or ended.</summary>
    public static TimeSpan Reconciled(Records before, Records after, DateTimeOffset started)
    {
        var longest = TimeSpan.Zero;
        foreach (var running in before.Operations.Where(operation => operation["status"] == "running"))
        {
            var known = before.Events[running["id"]].Count();
            if (after.Events[running["id"]].Skip(known).FirstOrDefault() is { } next)
            {
                var at = DateTimeOffset.Parse(next["at"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                longest = at - started > longest ? at - started : longest;
            }
        }

        return longest;
    }
}
