using Ktrdr.Loopback;

await using var server = await LoopbackServer.StartAsync();
server.Answer = request => Turn.Text("It rained on the plain.").AfterThinking("Hm.").And(Turn.ToolUse("t", new() { ["a"] = 1 }));
Console.WriteLine(server.Url);
await Task.Delay(5000);
Console.WriteLine(server.Bill);
