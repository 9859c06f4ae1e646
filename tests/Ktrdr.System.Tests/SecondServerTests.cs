namespace Ktrdr.System.Tests;

/// <summary>One home, one server.</summary>
public sealed class SecondServerTests
{
    [Fact]
    public async Task A_second_server_on_the_same_home_refuses_and_says_who_holds_it()
    {
        using var home = new Home();
        using var first = await home.ServeAsync();

        var second = (await home.RunAsync("serve", "--port", "0")).With(exitCode: 1);

        Assert.Contains($"{first.ProcessId}", second.Errors, StringComparison.Ordinal);
        Assert.Contains(first.Url.GetLeftPart(UriPartial.Authority), second.Errors, StringComparison.Ordinal);
        Assert.Contains(home.Folder, second.Errors, StringComparison.Ordinal);
        Assert.Equal("live", (await first.Client.LiveAsync(first.Patience)).Status);
    }

    [Fact]
    public async Task What_a_killed_server_held_is_free_again()
    {
        using var home = new Home();
        using (var first = await home.ServeAsync())
        {
            await first.KillAsync();
        }

        using var second = await home.ServeAsync();

        Assert.True(await second.Client.ReadyAsync(second.Patience));
    }
}
