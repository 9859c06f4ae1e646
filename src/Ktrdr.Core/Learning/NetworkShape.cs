namespace Ktrdr.Core;

/// <summary>The shape of a multilayer perceptron: inputs, hidden layers, outputs.</summary>
/// <param name="Inputs">Width of a row of features.</param>
/// <param name="Hidden">Units of each hidden layer.</param>
/// <param name="Outputs">Classes; 3 for BUY, HOLD, SELL.</param>
/// <param name="Activation">What a hidden unit does with its sum.</param>
public sealed record NetworkShape(int Inputs, IReadOnlyList<int> Hidden, int Outputs, Activation Activation)
{
    /// <summary>How many weights and biases the network has.</summary>
    public int ParameterCount
    {
        get
        {
            var (count, width) = (0, Inputs);
            foreach (var units in Hidden.Append(Outputs))
            {
                count += (width + 1) * units;
                width = units;
            }

            return count;
        }
    }
}
