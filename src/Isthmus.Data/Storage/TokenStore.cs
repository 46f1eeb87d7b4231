namespace Isthmus.Data.Storage;

/// <summary>Records of tokens, each as long as it is, with 0 in the places after it: four bytes a token, and none for those places.</summary>
/// <param name="offsets">Beginning of each record, and the end: N + 1 numbers.</param>
/// <param name="tokens">The tokens, above 0, record after record.</param>
/// <param name="width">Places of a record, D.</param>
internal sealed class TokenStore(int[] offsets, int[] tokens, int width) : RecordStore<float>(offsets.Length - 1, width)
{
    /// <inheritdoc/>
    public override bool IsInFile => false;

    /// <summary>Tokens of a record.</summary>
    public ReadOnlySpan<int> this[int record] => tokens.AsSpan(offsets[record]..offsets[record + 1]);

    /// <inheritdoc/>
    public override void Read(int first, Span<float> destination)
    {
        destination.Clear();
        for (var row = 0; row < destination.Length / Width; row++)
        {
            var record = this[first + row];
            for (var place = 0; place < record.Length; place++)
                destination[row * Width + place] = record[place];
        }
    }
}
