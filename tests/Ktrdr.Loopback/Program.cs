using Ktrdr.Loopback;

return args switch
{
    ["serve", .. var rest] => await Serving.RunAsync(rest),
    ["measure", var name, .. var rest] when Measurements.Find(name) is { } measurement => await measurement.RunAsync(
        rest
    ),
    ["buy", .. var rest] => await Buyer.RunAsync(rest), // what measure exchanges starts and kills
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        $"""
        Speaks the Messages API on this machine, from a script. No key, no network, no money.

          serve --scenario NAME [--port N]    answers until Ctrl-C, then prints its bill
          measure NAME                        prints a figure; exits with 1 when it is missed

        Figures:
        {string.Join('\n', Measurements.All.Select(measurement => $"  {measurement.Name, -16} {measurement.Shows}"))}

        Scenarios:
        {string.Join('\n', Scenarios.All.Select(scenario => $"  {scenario.Name, -16} {scenario.Shows}"))}
        """
    );
    return 2;
}
