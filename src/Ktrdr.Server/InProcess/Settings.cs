using System.Net;

namespace Ktrdr.Server;

/// <summary>Settings that make no sense, told to whoever set them.</summary>
internal static class Settings
{
    /// <summary>Builds something from settings; one that makes no sense becomes a refusal.</summary>
    public static T Explained<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (InvalidOperationException wrong)
        {
            throw ProblemResult
                .Of(
                    HttpStatusCode.UnprocessableEntity,
                    "invalid_setting",
                    wrong.Message,
                    "Change the setting and try again."
                )
                .AsException();
        }
    }
}
