using System.Collections;
using System.Text;

namespace Isthmus.Data.Storage;

/// <summary>Texts of which some are missing, in a temporary file; each is read when it is asked for. Safe to read from several threads.</summary>
internal sealed class StoredCells(RaggedFile file) : IReadOnlyList<string?>
{
    // No byte of a text in UTF-8.
    private const byte Nothing = 0xff;

    /// <inheritdoc/>
    public int Count => file.Count;

    /// <inheritdoc/>
    public string? this[int index]
    {
        get
        {
            var (first, length) = file.RangeOf(index);
            var bytes = new byte[length];
            file.Read(first, bytes);
            return bytes is [Nothing] ? null : Encoding.UTF8.GetString(bytes);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<string?> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
            yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Collects texts: in memory at first, and in a file once they take more than their place allows. For one thread.</summary>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="place">Choice of memory or file.</param>
    internal sealed class Writer(string name, StoragePlace place)
    {
        // What a text takes in memory beside its letters, of 2 bytes each.
        private const int ObjectBytes = 32;

        private readonly List<string?> _texts = [];
        private RaggedFile.Writer? _file;
        private long _bytes;

        /// <summary>Adds a text; null for a missing one.</summary>
        /// <exception cref="InvalidInputException">No room.</exception>
        public void Add(string? text)
        {
            _bytes += ObjectBytes + 2 * (text?.Length ?? 0);
            if (_file is null && _bytes > place.MostInMemory)
            {
                _file = new(name, place.Sharing);
                foreach (var before in _texts)
                    Write(before);
                _texts.Clear();
                _texts.TrimExcess();
            }
            if (_file is null)
                _texts.Add(text);
            else
                Write(text);
        }

        /// <summary>Returns the texts; nothing can be added any more.</summary>
        public IReadOnlyList<string?> Finish() => _file is null ? _texts : new StoredCells(_file.ToFile());

        private void Write(string? text) => _file!.Add(text is null ? [Nothing] : Encoding.UTF8.GetBytes(text));
    }
}
