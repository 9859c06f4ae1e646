namespace Ktrdr.Core;

/// <summary>One mapping of a document while it is read: every key it is asked for is a valid one, any other an error.</summary>
internal sealed class Section
{
    private readonly Dictionary<string, Value> _values = [];
    private readonly List<string> _order = [];
    private readonly List<string> _known = [];
    private readonly Findings _findings;

    public Section(Value value, Findings findings)
    {
        (Place, _findings) = (value, findings);
        if (value.Node is not DocumentNode.Mapping mapping)
        {
            value.Refuse($"{value} is not a mapping; write 'key: value' lines below it");
            return;
        }

        foreach (var entry in mapping.Entries)
        {
            var child = new Value(value.PathOf(entry.Key), entry.Value, findings);
            if (_values.TryAdd(entry.Key, child))
            {
                _order.Add(entry.Key);
                continue;
            }

            findings.Error(
                child.Path,
                entry.Line,
                $"the key is given twice, first on line {_values[entry.Key].Node.Line}; keep one"
            );
        }
    }

    /// <summary>The mapping itself.</summary>
    public Value Place { get; }

    public bool IsEmpty => _values.Count == 0;

    /// <summary>Its keys, in order.</summary>
    public IReadOnlyList<string> Keys => _order;

    /// <summary>The value of a key, which is a valid one from now on; null when it is absent or says nothing.</summary>
    public Value? Take(string key)
    {
        _known.Add(key);
        return _values.TryGetValue(key, out var value) && !value.IsNull ? value : null;
    }

    /// <summary>The value of a key that must be there.</summary>
    public Value? Need(string key, string example)
    {
        var value = Take(key);
        if (value is null)
        {
            Place.Missing(key, example);
        }

        return value;
    }

    /// <summary>A mapping below this one, or null.</summary>
    public Section? Child(string key) => Take(key) is { } value ? new Section(value, _findings) : null;

    /// <summary>A key the format knows and this program does not, refused by name.</summary>
    public void NotYet(string key, string reason)
    {
        if (Take(key) is { } value)
        {
            value.Refuse($"{key} is not supported yet: {reason}");
        }
    }

    /// <summary>A key that documents something and changes nothing.</summary>
    public Value? Note(string key)
    {
        var value = Take(key);
        if (value is not null)
        {
            _findings.Suggestions.Add(
                $"{value.Path}: it is checked but changes nothing, and a saved strategy leaves it out."
            );
        }

        return value;
    }

    /// <summary>Gives a key the value it has elsewhere, under its old place.</summary>
    public void Adopt(string key, Value value)
    {
        if (_values.TryAdd(key, value))
        {
            _order.Add(key);
        }
    }

    /// <summary>Refuses every key nobody asked for.</summary>
    public void Close()
    {
        foreach (var key in _order.Where(key => !_known.Contains(key)))
        {
            var value = _values[key];
            var nearest = Value.DidYouMean(key, _known);
            value.Refuse($"unknown key {Quote.Of(key)}{nearest}; valid here: {string.Join(", ", _known.Distinct())}");
        }
    }
}
