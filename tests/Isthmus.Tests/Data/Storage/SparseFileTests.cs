using Isthmus.Data.Storage;

namespace Isthmus.Tests.Data.Storage;

/// <summary>Records and texts of different lengths in a file are those that were written.</summary>
public sealed class SparseFileTests
{
    private static SparseFile Written(bool areOnes, int records)
    {
        var writer = new SparseFile.Writer("test", areOnes, null);
        for (var record = 0; record < records; record++)
            writer.Add(Columns(record), areOnes ? [] : Values(record));
        return writer.ToFile();
    }

    // Some are empty, and together they are longer than a buffer.
    private static int[] Columns(int record) => [.. Enumerable.Range(record, record % 400)];

    private static float[] Values(int record) => [.. Columns(record).Select(column => column + 0.5f)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_record_is_read_as_it_was_written_from_any_thread(bool areOnes)
    {
        const int Records = 3000;
        var file = Written(areOnes, Records);
        Assert.Equal(Records, file.Count);
        var bytes = Enumerable.Range(0, Records).Sum(record => (areOnes ? 4L : 8) * Columns(record).Length) + 8 * (Records + 1);
        Assert.Equal(bytes, file.Bytes);
        Parallel.For(0, Records, record =>
        {
            var (columns, values) = file.Read(Records - 1 - record);
            Assert.Equal(Columns(Records - 1 - record), columns);
            Assert.Equal(areOnes ? [.. columns.Select(_ => 1f)] : Values(Records - 1 - record), values);
        });
    }

    [Fact]
    public void A_change_of_records_is_made_as_they_are_read_one_after_the_other()
    {
        var file = Written(areOnes: true, 4)
            .Mapped((columns, values) => (Array.ConvertAll(columns, column => column * 10), values))
            .Mapped((columns, _) => (Array.ConvertAll(columns, column => column + 1), [.. columns.Select(_ => 2f)]));
        Assert.Equal([31, 41, 51], file.Read(3).Columns);
        Assert.Equal([2, 2, 2], file.Read(3).Values);
        Assert.Empty(file.Read(0).Columns);
    }

    [Fact]
    public void Texts_are_read_as_they_were_written_and_some_of_them_by_their_places()
    {
        string[] texts = ["", "a", "ü [1]", "𝕏", new('z', 70_000)];
        var writer = new StoredTexts.Writer("test", null);
        foreach (var text in texts)
            writer.Add(text);
        var stored = writer.ToTexts();
        Assert.Equal(texts, stored);
        Assert.Equal(["𝕏", ""], new SelectedTexts(stored, [3, 0]));
        Assert.Equal(["row 1", "row 2"], new NumberedTexts("row", 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumberedTexts("row", 2)[2]);
    }
}
