using Ktrdr.Measures;

return args switch
{
    ["measure", "all"] => await Measurements.AllAsync(),
    ["measure", var name, .. var rest] when Measurements.Find(name) is { } measurement => await measurement.RunAsync(
        rest
    ),
    ["count", var name, .. var rest] when Measurements.Find(name) is { } measurement => await CountAsync(
        measurement,
        rest
    ),
    ["buy", .. var rest] => await Buyer.RunAsync(rest), // what measure exchanges starts and kills
    ["serve-traced", .. var rest] => await TracedServer.RunAsync(rest), // what measure secrets starts and kills
    ["doomed", .. var rest] => await Doomed.RunAsync(rest), // what measure crashes starts and lets die
    ["scribe", .. var rest] => await Scribe.RunAsync(rest), // what measure load starts and kills
    _ => Usage(),
};

static Task<int> CountAsync(Measurement measurement, string[] arguments)
{
    Measurements.TimesDecide = false;
    return measurement.RunAsync(arguments);
}

static int Usage()
{
    Console.Error.WriteLine(
        $"""
        Measures the figures that ktrdr promises, on the real parts. No key, no network, no money.

          measure NAME    prints a figure; exits with 1 when it is missed
          measure all     prints all of them, the long ones in a shorter form
          count NAME      the same as measure, and times that are missed are only printed

        Figures:
        {string.Join('\n', Measurements.All.Select(measurement => $"  {measurement.Name, -13} {measurement.Shows}"))}
        """
    );
    return 2;
}
