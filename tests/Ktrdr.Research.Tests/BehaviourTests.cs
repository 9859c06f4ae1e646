using Ktrdr.Core;

namespace Ktrdr.Research.Tests;

/// <summary>What a strategy does on probe bars: blind to names and order, and to nothing else.</summary>
public sealed class BehaviourTests
{
    /// <summary>Indicators with periods and the peaks of their sets, all of which the sample market moves.</summary>
    private static readonly (string Type, int[] Periods, double[] Peaks)[] s_choices =
    [
        ("rsi", [7, 9, 14, 21], [20, 50, 80]),
        ("adx", [10, 14, 28], [10, 25, 50]),
        ("cci", [14, 20, 40], [-150, 0, 150]),
        ("roc", [5, 10, 24], [-0.5, 0, 0.5]),
        ("williamsr", [10, 14, 28], [-90, -50, -10]),
        ("mfi", [14, 28], [20, 50, 80]),
    ];

    /// <summary>One changed parameter of every part of a document.</summary>
    private static readonly Dictionary<string, Func<StrategyDocument, StrategyDocument>> s_changes = new()
    {
        ["period"] = known =>
            known with
            {
                Indicators =
                [
                    known.Indicators[0] with
                    {
                        Settings = known
                            .Indicators[0]
                            .Definition.SettingsFrom(
                                new Dictionary<string, double>
                                {
                                    [known.Indicators[0].Definition.Parameters[0].Name] = 33,
                                },
                                new Dictionary<string, string>()
                            ),
                    },
                    .. known.Indicators.Skip(1),
                ],
            },
        ["membership"] = known =>
            known with
            {
                FuzzySets =
                [
                    known.FuzzySets[0] with
                    {
                        Memberships =
                        [
                            Moved(known.FuzzySets[0].Memberships[0]),
                            .. known.FuzzySets[0].Memberships.Skip(1),
                        ],
                    },
                    .. known.FuzzySets.Skip(1),
                ],
            },
        ["input left out"] = known =>
            known with
            {
                FuzzySets =
                [
                    known.FuzzySets[0] with
                    {
                        Memberships = [.. known.FuzzySets[0].Memberships.Skip(1)],
                    },
                    .. known.FuzzySets.Skip(1),
                ],
            },
        ["hidden units"] = known => known with { Model = known.Model with { HiddenLayers = [9] } },
        ["activation"] = known => known with { Model = known.Model with { Activation = Activation.Tanh } },
        ["dropout"] = known => known with { Model = known.Model with { Dropout = 0.1 } },
        ["threshold"] = known => known with { Decisions = known.Decisions with { ConfidenceThreshold = 0.41 } },
        ["shorts"] = known => known with { Decisions = known.Decisions with { AllowShortFromFlat = false } },
        ["take profit"] = known => known with { Exits = known.Exits with { TakeProfitAtr = 2.5 } },
        ["way out"] = known => known with { Exits = known.Exits with { Kind = ExitKind.Opposite } },
        ["labels"] = known =>
            known with
            {
                Training = known.Training with
                {
                    Labels = new LabelRules.TripleBarrier(2.1, 1.5, 30, 50, BarrierVolatility.Atr),
                },
            },
        ["epochs"] = known => known with { Training = known.Training with { Epochs = 2 } },
        ["learning rate"] = known => known with { Training = known.Training with { LearningRate = 0.002 } },
        ["size"] = known => known with { PositionFraction = 0.3 },
        ["days"] = known => known with { Data = known.Data with { Start = new DateOnly(2011, 1, 1) } },
    };

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    public static TheoryData<string> Changes => [.. s_changes.Keys];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Names_words_order_and_an_own_seed_do_not_change_it(int seed)
    {
        var chance = new Seed(seed).For("behaviour");
        var strategy = Draw(chance);
        var other = Disguise(strategy, chance);

        Assert.NotEqual(StrategyHash.Of(strategy), StrategyHash.Of(other));
        Assert.NotNull(Behaviour.Of(strategy));
        Assert.Equal(Behaviour.Of(strategy), Behaviour.Of(other));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void One_changed_parameter_changes_it(string change)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var strategy = Draw(new Seed(seed).For("behaviour"));

            Assert.NotEqual(Behaviour.Of(strategy), Behaviour.Of(s_changes[change](strategy)));
        }
    }

    [Fact]
    public void The_lookahead_that_a_zigzag_does_not_use_is_no_difference()
    {
        var strategy = Drafts.Rsi("swings", 14);

        Assert.Equal(Behaviour.Of(Taught(0.01, 20)), Behaviour.Of(Taught(0.01, 40)));
        Assert.NotEqual(Behaviour.Of(Taught(0.01, 20)), Behaviour.Of(Taught(0.02, 20)));

        // No swing of the probe is that large: the rules themselves tell the two apart.
        Assert.NotEqual(Behaviour.Of(Taught(0.8, 20)), Behaviour.Of(Taught(0.9, 20)));

        StrategyDocument Taught(double threshold, int lookahead) =>
            strategy with
            {
                Training = strategy.Training with { Labels = new LabelRules.ZigZag(threshold, lookahead) },
            };
    }

    [Fact]
    public void Sets_around_prices_the_probe_never_has_are_told_apart_by_what_they_say()
    {
        var shares = Drafts.Of("shares", [Drafts.Use("sma", 20, [300, 400, 500])]);
        var dearer = Drafts.Of("dearer", [Drafts.Use("sma", 20, [300, 400, 510])]);
        var slower = Drafts.Of("slower", [Drafts.Use("sma", 21, [300, 400, 500])]);

        Assert.Equal(Behaviour.Of(shares), Behaviour.Of(shares with { Name = "another" }));
        Assert.NotEqual(Behaviour.Of(shares), Behaviour.Of(dearer));
        Assert.NotEqual(Behaviour.Of(shares), Behaviour.Of(slower));
    }

    [Fact]
    public void Timeframes_of_every_length_are_probed_with_bars_of_their_own()
    {
        var hourly = Drafts.Rsi("hourly", 14);
        var behaviours = new[] { "1m", "1h", "1d", "1w" }
            .Select(name => Timeframe.Parse(name))
            .Select(timeframe =>
                Behaviour.Of(
                    hourly with
                    {
                        Data = hourly.Data with { Timeframes = [timeframe], BaseTimeframe = timeframe },
                        Inputs = [new NetworkInput.Fuzzy("rsi_14_zone", [timeframe])],
                    }
                )
            )
            .ToList();

        Assert.DoesNotContain(null, behaviours);
        Assert.Equal(behaviours.Count, behaviours.Distinct().Count());
    }

    [Fact]
    public void Days_above_minutes_are_too_few_on_the_probe_so_there_is_none()
    {
        var hourly = Drafts.Rsi("minutes", 14);
        var (minute, day) = (Timeframe.Parse("1m"), Timeframe.D1);
        var strategy = hourly with
        {
            Data = hourly.Data with { Timeframes = [minute, day], BaseTimeframe = minute },
            Inputs = [new NetworkInput.Fuzzy("rsi_14_zone", [minute, day])],
        };

        Assert.Null(Behaviour.Of(strategy));
    }

    private static Membership Moved(Membership membership)
    {
        var shape = (MembershipFunction.Triangular)membership.Function;
        return membership with { Function = shape with { C = shape.C + (0.05 * (shape.C - shape.A)) } };
    }

    private static StrategyDocument Draw(Random chance)
    {
        var chosen = s_choices.ToArray();
        chance.Shuffle(chosen);
        return Drafts.Of(
            "drawn",
            [
                .. chosen
                    .Take(2 + chance.Next(2))
                    .Select(choice =>
                        Drafts.Use(choice.Type, choice.Periods[chance.Next(choice.Periods.Length)], choice.Peaks)
                    ),
            ]
        );
    }

    /// <summary>The same strategy under other names, in another order and with other words.</summary>
    private static StrategyDocument Disguise(StrategyDocument strategy, Random chance)
    {
        var indicators = strategy.Indicators.Select(known => known with { Id = $"x_{known.Id}" }).ToArray();
        var sets = strategy
            .FuzzySets.Select(set =>
            {
                var memberships = set.Memberships.Select(known => known with { Name = $"very_{known.Name}" }).ToArray();
                chance.Shuffle(memberships);
                return set with
                {
                    Id = $"y_{set.Id}",
                    Indicator = set.Indicator with { IndicatorId = $"x_{set.Indicator.IndicatorId}" },
                    Memberships = memberships,
                };
            })
            .ToArray();
        chance.Shuffle(indicators);
        chance.Shuffle(sets);
        var inputs = sets.Select(set => (NetworkInput)new NetworkInput.Fuzzy(set.Id, [Timeframe.H1])).ToArray();
        chance.Shuffle(inputs);
        return strategy with
        {
            Name = "disguised",
            Hypothesis = "Something else altogether.",
            Tags = ["new"],
            Indicators = indicators,
            FuzzySets = sets,
            Inputs = inputs,
            Training = strategy.Training with { Seed = 7 },
        };
    }
}
