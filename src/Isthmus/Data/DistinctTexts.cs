using System.Runtime.InteropServices;

namespace Isthmus.Data;

/// <summary>Different texts as numbers from 0, in the order they came.</summary>
internal sealed class DistinctTexts
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    /// <summary>The texts, each at its number.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>The number of a text, a new one if it is new.</summary>
    public int NumberOf(string text)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, text, out var known);
        if (!known)
        {
            number = _texts.Count;
            _texts.Add(text);
        }
        return number;
    }
}
