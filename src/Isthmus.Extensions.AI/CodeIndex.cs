using System.Numerics.Tensors;

namespace Isthmus.Extensions.AI;

/// <summary>
/// Codes by key, and those nearest to another by cosine similarity, a·b / (|a| |b|): exactly, by comparing with all. N codes of L numbers take 4 N L bytes,
/// and a search N L multiplications: some milliseconds for 100,000 codes of 32 numbers.
/// </summary>
/// <remarks>Safe to use from several threads at once: searches run side by side, and wait while a code is added or removed.</remarks>
/// <typeparam name="TKey">Type of the keys, compared by their own equality.</typeparam>
/// <param name="dimensions">Numbers in a code, L, at least 1.</param>
public sealed class CodeIndex<TKey>(int dimensions) : IDisposable
    where TKey : notnull
{
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<TKey, int> _places = [];
    private readonly List<TKey> _keys = [];

    // Codes of length 1, one after another.
    private float[] _codes = [];

    /// <summary>Numbers in a code.</summary>
    public int Dimensions { get; } =
        dimensions >= 1 ? dimensions : throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, "A code has at least 1 number.");

    /// <summary>Number of codes.</summary>
    public int Count => Read(() => _keys.Count);

    /// <summary>Adds a code, or replaces the one of the same key.</summary>
    /// <param name="key">Key.</param>
    /// <param name="code">L finite numbers. A code of zeros has the similarity 0 with all others.</param>
    /// <exception cref="InvalidInputException">Another number of numbers, one that is not finite, or more codes than fit one array.</exception>
    public void Add(TKey key, ReadOnlySpan<float> code)
    {
        var unit = Unit(code);
        _lock.EnterWriteLock();
        try
        {
            if (!_places.TryGetValue(key, out var place))
            {
                place = _keys.Count;
                Grow(place + 1);
                _keys.Add(key);
                _places.Add(key, place);
            }
            unit.CopyTo(_codes.AsSpan(place * Dimensions));
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Removes a code.</summary>
    /// <returns>True if there was one of that key.</returns>
    public bool Remove(TKey key)
    {
        _lock.EnterWriteLock();
        try
        {
            if (!_places.Remove(key, out var place))
                return false;
            // The last code takes its place.
            var last = _keys.Count - 1;
            if (place < last)
            {
                _codes.AsSpan(last * Dimensions, Dimensions).CopyTo(_codes.AsSpan(place * Dimensions));
                _keys[place] = _keys[last];
                _places[_keys[place]] = place;
            }
            _keys.RemoveAt(last);
            return true;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>The nearest codes, the nearest first.</summary>
    /// <param name="code">L finite numbers.</param>
    /// <param name="count">How many, above 0; all if there are fewer. Default 10.</param>
    /// <exception cref="InvalidInputException">Another number of numbers, or one that is not finite.</exception>
    public IReadOnlyList<NearCode<TKey>> Nearest(ReadOnlySpan<float> code, int count = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var unit = Unit(code);
        return Read(() =>
        {
            // The least of the nearest so far stands first.
            var nearest = new PriorityQueue<int, float>();
            for (var place = 0; place < _keys.Count; place++)
            {
                var similarity = TensorPrimitives.Dot(unit, _codes.AsSpan(place * Dimensions, Dimensions));
                if (nearest.Count < count)
                    nearest.Enqueue(place, similarity);
                else if (nearest.TryPeek(out _, out var least) && similarity > least)
                    nearest.EnqueueDequeue(place, similarity);
            }
            return nearest
                .UnorderedItems.OrderByDescending(item => item.Priority)
                .ThenBy(item => item.Element)
                .Select(item => new NearCode<TKey>(_keys[item.Element], item.Priority))
                .ToArray();
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private T Read<T>(Func<T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    private void Grow(int count)
    {
        var needed = (long)count * Dimensions;
        if (needed > Array.MaxLength)
            throw new InvalidInputException(
                "The index",
                $"cannot hold more than {Array.MaxLength / Dimensions} codes of {Dimensions} numbers",
                "keep them in a vector store"
            );
        if (needed > _codes.Length)
            Array.Resize(ref _codes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _codes.Length)));
    }

    private float[] Unit(ReadOnlySpan<float> code)
    {
        if (code.Length != Dimensions)
            throw new InvalidInputException("A code", $"has {code.Length} numbers, and the index {Dimensions}", "give as many");
        var largest = TensorPrimitives.MaxMagnitude(code);
        if (!float.IsFinite(largest))
            throw new InvalidInputException("A code", "has a number that is not finite", "leave it out");
        var unit = new float[Dimensions];
        // First by the largest, whose square may be more than a float holds.
        if (largest != 0)
        {
            TensorPrimitives.Divide(code, MathF.Abs(largest), unit);
            TensorPrimitives.Divide(unit, TensorPrimitives.Norm<float>(unit), unit);
        }
        return unit;
    }
}

/// <summary>A code that was found.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Similarity">Cosine similarity, from -1 to 1.</param>
public readonly record struct NearCode<TKey>(TKey Key, float Similarity);
