using System.Runtime.InteropServices;

namespace Isthmus.Lines;

/// <summary>
/// Templates of lines by Drain's rules (He et al. 2017): lines of as many words whose first three agree, apart from words with digits, and that share at least
/// half of their words with a template belong to it; in the template a word that differs is left open. Numbered from 1 in the order of learning. For one
/// thread.
/// </summary>
internal sealed class LineTemplates(LineWords words)
{
    /// <summary>Number of a line of no template.</summary>
    public const int None = 0;

    private const int First = 3,
        Open = 0;

    private readonly Dictionary<string, List<int>> _leaves = new(StringComparer.Ordinal);
    private readonly List<int[]> _templates = [];
    private readonly List<int[]> _examples = [];

    /// <summary>Number of templates.</summary>
    public int Count => _templates.Count;

    /// <summary>Returns the template of a line; <see cref="None"/> if it is of none.</summary>
    /// <param name="line">Words of the line.</param>
    public int Of(ReadOnlySpan<int> line)
    {
        if (!_leaves.TryGetValue(Leaf(line), out var leaf))
            return None;
        var (best, most) = (None, 0);
        foreach (var template in leaf)
        {
            var shared = Shared(_templates[template - 1], line);
            if (2 * shared >= line.Length && shared > most)
                (best, most) = (template, shared);
        }
        return best;
    }

    /// <summary>Learns a line, of a known template or of a new one; returns its template.</summary>
    /// <param name="line">Words of the line.</param>
    /// <param name="tokens">Tokens of the line, the example of a new template.</param>
    public int Learn(ReadOnlySpan<int> line, int[] tokens)
    {
        if (Of(line) is not None and var known)
        {
            var template = _templates[known - 1];
            for (var i = 0; i < line.Length; i++)
                if (template[i] != line[i])
                    template[i] = Open;
            return known;
        }
        ref var leaf = ref CollectionsMarshal.GetValueRefOrAddDefault(_leaves, Leaf(line), out _);
        _templates.Add(line.ToArray());
        _examples.Add(tokens);
        (leaf ??= []).Add(_templates.Count);
        return _templates.Count;
    }

    /// <summary>Returns the tokens of the first line of a template.</summary>
    public int[] Example(int template) => _examples[template - 1];

    private string Leaf(ReadOnlySpan<int> line)
    {
        Span<int> key = stackalloc int[1 + First];
        key.Clear();
        key[0] = line.Length;
        for (var i = 0; i < Math.Min(First, line.Length); i++)
            key[1 + i] = words.Varies(line[i]) ? Open : line[i];
        return new(MemoryMarshal.Cast<int, char>(key));
    }

    private static int Shared(int[] template, ReadOnlySpan<int> line)
    {
        var shared = 0;
        for (var i = 0; i < template.Length; i++)
            shared += template[i] == line[i] ? 1 : 0;
        return shared;
    }
}
