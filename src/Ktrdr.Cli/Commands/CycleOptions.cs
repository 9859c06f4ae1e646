using System.CommandLine;
using Ktrdr.Client;

namespace Ktrdr.Cli;

/// <summary>What a cycle can be asked for, wherever one is started.</summary>
internal sealed class CycleOptions(string seedMeans)
{
    private readonly Option<string?> _symbol = new("--symbol")
    {
        Description = "Research this symbol.",
        HelpName = "S",
    };
    private readonly Option<string?> _timeframe = new("--timeframe")
    {
        Description = "Research bars of this length, such as 1h.",
        HelpName = "T",
    };
    private readonly Option<string?> _strategy = new("--strategy")
    {
        Description = "Try this strategy of the home instead of designing one.",
        HelpName = "NAME",
    };
    private readonly Option<string?> _brief = new("--brief")
    {
        Description = "A wish for the design, in plain words. Claude reads it; the built-in designer cannot.",
        HelpName = "TEXT",
    };
    private readonly Option<int?> _seed = Shell.Whole("--seed", seedMeans, 0);
    private readonly Option<bool> _bypass = new("--bypass-gates", "-b")
    {
        Description = "Judge and record the gates, but let the cycle go on.",
    };
    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description =
            "Who designs and assesses: opus, sonnet, haiku, a model's id, or local ('ktrdr models' has the prices).",
        HelpName = "M",
    };
    private readonly Option<bool> _named = new("--named")
    {
        Description = "Let the language model see symbols and dates; it may remember the period. Recorded.",
    };

    /// <summary>Adds them to a command, with the rule that goes with them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_symbol, _timeframe, _strategy, _brief, _seed, _bypass, _model, _named])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_strategy) is not null && result.GetValue(_brief) is not null)
            {
                result.AddError("--brief and --strategy exclude each other: a named strategy is not designed.");
            }
        });
    }

    /// <summary>What a call asks for.</summary>
    public TriggerRequest RequestOf(Call call) =>
        new()
        {
            Model = call.Value(_model),
            Brief = call.Value(_brief),
            Strategy = call.Value(_strategy),
            Seed = call.Value(_seed),
            Symbol = call.Value(_symbol),
            Timeframe = call.Value(_timeframe),
            BypassGates = call.Value(_bypass),
            Named = call.Value(_named),
        };
}
