namespace Ktrdr.Core.Tests;

public sealed class ScoreTests
{
    // Rows: three of class 0, one of class 1, none of class 2. Predicted 0, 0, 1, 1.
    // Class 0: found 2 of 3, 2 of 2 predictions right, F1 = 4/5. Class 1: found 1 of 1, 1 of 2 right, F1 = 2/3.
    [Fact]
    public void Predictions_are_scored_by_hand()
    {
        var score = ClassificationScore.Of([0, 0, 1, 1], [0, 0, 0, 1], 3, majorityClass: 0);

        Assert.Equal(0.75, score.Accuracy);
        Assert.Equal(0.75, score.MajorityAccuracy);
        Assert.Equal([2 / 3.0, 1, double.NaN], score.Recall);
        Assert.Equal([1, 0.5, double.NaN], score.Precision);
        Assert.Equal([0.5, 0.5, 0], score.PredictedShare);
        Assert.Equal(((3 * 1) + 0.5) / 4, score.WeightedPrecision, 1e-12);
        Assert.Equal(0.75, score.WeightedRecall, 1e-12);
        Assert.Equal(((3 * 0.8) + (2 / 3.0)) / 4, score.WeightedF1, 1e-12);
    }

    [Fact]
    public void A_class_never_predicted_has_no_precision_and_lowers_the_mean()
    {
        var score = ClassificationScore.Of([0, 0], [0, 1], 2, majorityClass: 1);

        Assert.Equal([0.5, double.NaN], score.Precision);
        Assert.Equal(0.25, score.WeightedPrecision);
        Assert.Equal(0.5, score.MajorityAccuracy);
    }

    [Fact]
    public void No_rows_are_an_error_and_not_a_zero()
    {
        Assert.Throws<ArgumentException>(() => ClassificationScore.Of([], [], 3, 0));
        Assert.Throws<ArgumentException>(() => CrossEntropy.Mean([], [], 3, []));
    }

    // −ln of 0.25 and of 0.5: 1.386294 and 0.693147. Weights 1 and 3: (1.386294 + 3·0.693147)/4 = 0.866434.
    [Fact]
    public void Cross_entropy_matches_the_hand_calculation()
    {
        float[] logits = [MathF.Log(0.25f), MathF.Log(0.75f), MathF.Log(0.5f), MathF.Log(0.5f)];

        Assert.Equal(1.0397208, CrossEntropy.Mean(logits, [0, 1], 2, []), 1e-6);
        Assert.Equal(0.8664340, CrossEntropy.Mean(logits, [0, 1], 2, [1, 3]), 1e-6);
    }

    // 10 rows, 3 classes: 10/(3·5), 10/(3·4), 10/(3·1).
    [Fact]
    public void Balanced_weights_are_inverse_to_frequency()
    {
        Assert.Equal([2 / 3f, 10 / 12f, 10 / 3f], CrossEntropy.BalancedWeights([5, 4, 1]));
        Assert.Equal([1f, 0.5f], CrossEntropy.BalancedWeights([0, 7]));
    }
}
