namespace Ktrdr.Loopback;

/// <summary>A request the provider would refuse.</summary>
internal sealed class RefusedException(int status, string type, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Type { get; } = type;

    public static RefusedException Invalid(string message) => new(400, "invalid_request_error", message);
}
