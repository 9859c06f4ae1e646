using System.Data.Common;
using System.Net;
using Ktrdr.Client;
using Ktrdr.Server;

namespace Ktrdr.Cli;

/// <summary>Tells a person what an exception means; the ones it does not know are bugs and stay as they are.</summary>
internal static class Faults
{
    /// <summary>The complaint that an exception amounts to, or null.</summary>
    public static Complaint? Explain(Exception fault) =>
        fault switch
        {
            KtrdrApiException refusal => Of(refusal),
            KtrdrUnreachableException gone => new Complaint(
                Exit.Unreachable,
                gone.Message,
                "Check --url and KTRDR_API_URL, or start a server with 'ktrdr serve'.",
                gone
            )
            {
                Code = "server_unreachable",
            },
            HomeHeldException held => new Complaint(
                Exit.Error,
                held.Message,
                "Name a server with --url, choose another --home, or end that process and try again.",
                held
            )
            {
                Code = "home_held",
            },
            PortTakenException taken => new Complaint(Exit.Error, taken.Message, null, taken) { Code = "port_taken" },
            UnauthorizedAccessException denied => new Complaint(
                Exit.Error,
                denied.Message,
                "Check who may use that path.",
                denied
            )
            {
                Code = "access_denied",
            },
            DbException away => new Complaint(
                Exit.Unreachable,
                away.Message,
                "Check KTRDR_DATABASE, and whether that server runs.",
                away
            )
            {
                Code = "database_unavailable",
            },
            IOException broken => new Complaint(Exit.Error, broken.Message, null, broken) { Code = "io_error" },
            _ => null,
        };

    private static Complaint Of(KtrdrApiException refusal) =>
        new(
            refusal.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? Exit.Unauthorised
                : Exit.OfCode(refusal.Problem.Code),
            // The reason leads where the contract gives it a word that scripts look for.
            refusal.Problem.Code
                is "budget_exhausted"
                ? $"budget_exhausted: {refusal.Message}"
                : refusal.Message,
            refusal.Problem.Next,
            refusal
        )
        {
            Code = refusal.Problem.Code ?? "error",
            OperationId = refusal.Problem.OperationId,
        };
}
