namespace Ktrdr.System.Tests;

/// <summary>The folder <c>deploy/</c> of this repository.</summary>
internal static class Deploy
{
    /// <summary>The full path of something in it.</summary>
    public static string At(string relative) => Path.Combine(Shared.Repository, "deploy", relative);
}
