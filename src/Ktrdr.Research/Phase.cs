namespace Ktrdr.Research;

/// <summary>One of the four phases of a cycle, with its place in the cycle's progress.</summary>
/// <param name="Name">Its name in status and metadata.</param>
/// <param name="ChildName">The name of the child that does it.</param>
/// <param name="Type">The type of that child.</param>
/// <param name="MetadataKey">Where the child's id is recorded.</param>
/// <param name="Step">What a person is told.</param>
/// <param name="From">The cycle's percentage when it begins.</param>
/// <param name="To">The cycle's percentage when it ends.</param>
public sealed record Phase(
    string Name,
    string ChildName,
    string Type,
    string MetadataKey,
    string Step,
    double From,
    double To
)
{
    /// <summary>An idea becomes a checked strategy.</summary>
    public static readonly Phase Designing = new(
        "designing",
        "design",
        OperationTypes.Design,
        "design_op_id",
        "Designing strategy...",
        0,
        5
    );

    /// <summary>A strategy becomes a model.</summary>
    public static readonly Phase Training = new(
        "training",
        "train",
        OperationTypes.Training,
        "training_op_id",
        "Training model...",
        5,
        65
    );

    /// <summary>A model meets bars it has never seen.</summary>
    public static readonly Phase Backtesting = new(
        "backtesting",
        "backtest",
        OperationTypes.Backtest,
        "backtest_op_id",
        "Running backtest...",
        65,
        90
    );

    /// <summary>Numbers become an opinion.</summary>
    public static readonly Phase Assessing = new(
        "assessing",
        "assess",
        OperationTypes.Assessment,
        "assessment_op_id",
        "Assessing results...",
        90,
        100
    );

    /// <summary>The four, in order.</summary>
    public static IReadOnlyList<Phase> All { get; } = [Designing, Training, Backtesting, Assessing];

    /// <summary>The cycle's percentage when the child has come so far.</summary>
    public double At(double childPercentage) => From + ((To - From) * Math.Clamp(childPercentage, 0, 100) / 100);
}
