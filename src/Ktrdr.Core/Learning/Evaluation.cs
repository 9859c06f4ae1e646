namespace Ktrdr.Core;

/// <summary>Plain cross-entropy and accuracy on rows, with the weights as they are at the moment.</summary>
internal sealed class Evaluation(ForwardPass pass, int outputs)
{
    /// <summary>Loss in nats and accuracy as a fraction, of at least one row.</summary>
    public (double Loss, double Accuracy) Of(LabelledRows rows)
    {
        var features = rows.Features.Span;
        var classes = rows.Classes.Span;
        var (loss, hits) = (0d, 0);
        for (var start = 0; start < rows.Count; start += pass.Capacity)
        {
            var count = Math.Min(pass.Capacity, rows.Count - start);
            pass.Load(features[(start * rows.Width)..], count);
            pass.Run(count);
            for (var row = 0; row < count; row++)
            {
                var logits = pass.Logits[row][..outputs];
                var label = classes[start + row];
                loss += CrossEntropy.Of(logits, label);
                hits += Network.IndexOfLargest(logits) == label ? 1 : 0;
            }
        }

        return (loss / rows.Count, (double)hits / rows.Count);
    }
}
