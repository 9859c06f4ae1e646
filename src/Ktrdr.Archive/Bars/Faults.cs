namespace Ktrdr.Archive;

/// <summary>Collects what is wrong with the rows of a file: the first few to tell, the rest to count.</summary>
internal sealed class Faults(string file)
{
    private readonly List<RowFault> _first = [];
    private long _total;

    public void Add(long row, string message)
    {
        _total++;
        if (_first.Count < ImportException.MostFaults)
        {
            _first.Add(new RowFault(row, message));
        }
    }

    public void ThrowIfAny()
    {
        if (_total > 0)
        {
            throw new ImportException(file, _first, _total);
        }
    }
}
