using System.Collections;
using System.Text;

namespace Isthmus.Data.Storage;

/// <summary>Texts in a temporary file, each read when it is asked for. Safe to read from several threads.</summary>
internal sealed class StoredTexts(RaggedFile file) : TextList(file.Count)
{
    /// <inheritdoc/>
    public override string this[int index]
    {
        get
        {
            var (first, length) = file.RangeOf(index);
            var bytes = new byte[length];
            file.Read(first, bytes);
            return Encoding.UTF8.GetString(bytes);
        }
    }

    /// <summary>Writes texts one after another. For one thread.</summary>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="sharing">Processes that have the file in common; null for this process alone.</param>
    internal sealed class Writer(string name, FileSharing? sharing)
    {
        private readonly RaggedFile.Writer _texts = new(name, sharing);

        /// <summary>Adds a text.</summary>
        /// <exception cref="InvalidInputException">No room.</exception>
        public void Add(string text) => _texts.Add(Encoding.UTF8.GetBytes(text));

        /// <summary>Returns the texts; nothing can be added any more.</summary>
        public StoredTexts ToTexts() => new(_texts.ToFile());
    }
}

/// <summary>A word and a number for each of <paramref name="count"/> texts, such as row 1, row 2; memory holds none of them.</summary>
internal sealed class NumberedTexts(string word, int count) : TextList(count)
{
    /// <inheritdoc/>
    public override string this[int index] =>
        index >= 0 && index < Count ? FormattableString.Invariant($"{word} {index + 1}") : throw new ArgumentOutOfRangeException(nameof(index));
}

/// <summary>Some of other texts; memory holds only their indices.</summary>
internal sealed class SelectedTexts(IReadOnlyList<string> texts, int[] selection) : TextList(selection.Length)
{
    /// <inheritdoc/>
    public override string this[int index] => texts[selection[index]];
}

/// <summary>Texts that are made or read when asked for.</summary>
internal abstract class TextList(int count) : IReadOnlyList<string>
{
    /// <summary>Number of texts.</summary>
    public int Count => count;

    /// <summary>Returns the text at an index.</summary>
    public abstract string this[int index] { get; }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
