using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Operations;

/// <summary>The door to durable work.</summary>
public static class OperationsServices
{
    /// <summary>Adds <see cref="IOperations"/> with the engine that runs them while the host runs, and
    /// <see cref="ISharedFiles"/> where the database is a server's.</summary>
    /// <remarks>The host brings the workers (<see cref="AddWorker{TWorker,TOrder,TResult}"/>), the ledgers
    /// (<see cref="AddLedger"/>), logging, and an exclusive hold on the home (<see cref="HomeLock"/>): whatever an
    /// earlier process of this home left running counts as crashed.</remarks>
    public static IServiceCollection AddOperations(
        this IServiceCollection services,
        Action<OperationsOptions> configure
    )
    {
        var options = AddRecords(services, configure);
        services.AddSingleton(provider =>
            Database.Open(
                provider.GetRequiredService<OperationsOptions>(),
                provider.GetRequiredService<Registrations>().Ledgers
            )
        );
        if (options.DatabaseUrl is not null)
        {
            services.AddSingleton<ISharedFiles, SharedFiles>();
        }

        services.AddSingleton<NewOperations>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<Engine>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<Engine>());
        services.AddSingleton<IOperations, LiveOperations>();
        return services;
    }

    /// <summary>Adds <see cref="IOperations"/> that only look: nothing is written, started or cancelled.</summary>
    /// <remarks>A home without a database is an empty one. The host brings the ledgers and logging.</remarks>
    public static IServiceCollection AddOperationsReader(
        this IServiceCollection services,
        Action<OperationsOptions> configure
    )
    {
        AddRecords(services, configure);
        services.AddSingleton(provider => Database.OpenToRead(provider.GetRequiredService<OperationsOptions>()));
        services.AddSingleton<IOperations, StoppedOperations>();
        return services;
    }

    /// <summary>Says who does the operations of a type.</summary>
    /// <param name="services">Where to add.</param>
    /// <param name="type">The type, such as <c>training</c>; lower case, digits and underscores.</param>
    /// <param name="role">Whose places it takes; see <see cref="OperationsOptions.Capacities"/>.</param>
    /// <param name="failureCode">The error code of a failure that names none itself, such as <c>training_failed</c>.</param>
    public static IServiceCollection AddWorker<TWorker, TOrder, TResult>(
        this IServiceCollection services,
        string type,
        string role,
        string failureCode
    )
        where TWorker : class, IWorker<TOrder, TResult>
    {
        RequireName(type, nameof(type));
        services.TryAddScoped<TWorker>();
        services.AddSingleton<WorkerRegistration>(
            new WorkerRegistration<TWorker, TOrder, TResult>(type, role, failureCode)
        );
        return services;
    }

    /// <summary>Adds an append-only ledger: entries with a unique key, in the operations' own database and transactions.</summary>
    /// <param name="services">Where to add.</param>
    /// <param name="name">Its name; lower case, digits and underscores.</param>
    public static IServiceCollection AddLedger(this IServiceCollection services, string name)
    {
        RequireName(name, nameof(name));
        services.AddSingleton(new LedgerRegistration(name));
        return services;
    }

    private static OperationsOptions AddRecords(IServiceCollection services, Action<OperationsOptions> configure)
    {
        var options = new OperationsOptions();
        configure(options);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<Registrations>();
        services.AddSingleton<Changes>();
        services.AddSingleton<OperationStore>();
        services.AddSingleton<IOperationFigures, RecordedFigures>();
        return options;
    }

    private static void RequireName(string name, string parameter)
    {
        if (name.Length is 0 or > 40 || !char.IsAsciiLetterLower(name[0]) || !name.All(IsPlain))
        {
            throw new ArgumentException(
                $"'{name}' is no name for it: use lower case letters, digits and underscores, beginning with a letter.",
                parameter
            );
        }
    }

    private static bool IsPlain(char letter) =>
        char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_';
}
