using System.Net;
using System.Text.Json.Serialization;

namespace Ktrdr.Client;

/// <summary>What went wrong, after RFC 9457, with members of our own.</summary>
public sealed record ProblemView
{
    /// <summary><c>about:blank</c>: the code says more.</summary>
    public string? Type { get; init; }

    /// <summary>The status in words.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>What is wrong, with the value.</summary>
    public string? Detail { get; init; }

    /// <summary>One of the documented codes, such as <c>active_cycle_exists</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The operation it is about, or null.</summary>
    public string? OperationId { get; init; }

    /// <summary>The trace of the request, to look for in logs.</summary>
    public string? TraceId { get; init; }

    /// <summary>The way out.</summary>
    public string? Next { get; init; }

    /// <summary>False in a refused trigger, absent elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Triggered { get; init; }

    /// <summary>Why a trigger was refused, absent elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

/// <summary>The server refused, and said why.</summary>
public sealed class KtrdrApiException(ProblemView problem, HttpStatusCode status)
    : Exception(problem.Detail ?? problem.Title ?? $"The server answered {(int)status}.")
{
    /// <summary>What it said.</summary>
    public ProblemView Problem { get; } = problem;

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;
}

/// <summary>No server answers at an address, or it stopped answering.</summary>
public sealed class KtrdrUnreachableException(Uri server, Exception inner)
    : Exception($"No ktrdr server answers at {server}: {inner.Message}", inner)
{
    /// <summary>The address.</summary>
    public Uri Server { get; } = server;
}
