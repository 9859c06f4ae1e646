using Ktrdr.Loopback;

return args switch
{
    ["serve", .. var rest] => await Serving.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        $"""
        Speaks the Messages API on this machine, from a script. No key, no network, no money.

          serve --scenario NAME [--port N]    answers until Ctrl-C, then prints its bill

        Scenarios:
        {string.Join('\n', Scenarios.All.Select(scenario => $"  {scenario.Name, -16} {scenario.Shows}"))}
        """
    );
    return 2;
}
