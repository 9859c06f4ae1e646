using Ktrdr.Loopback;

return args switch
{
    ["serve", .. var rest] => await Serving.RunAsync(rest),
    ["collect", .. var rest] => await Collecting.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        $"""
        Speaks the Messages API on this machine, from a script. No key, no network, no money. And takes spans and metrics.

          serve --scenario NAME [--port N]    answers until Ctrl-C, then prints its bill
          collect                             takes telemetry until Ctrl-C, then prints every trace as a tree

        Scenarios:
        {string.Join('\n', Scenarios.All.Select(scenario => $"  {scenario.Name, -16} {scenario.Shows}"))}
        """
    );
    return 2;
}
