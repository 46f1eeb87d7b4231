using Isthmus.Data.Formats;
using Isthmus.Data.Records;

namespace Isthmus.Tests;

/// <summary>Data and settings small enough to train in a blink.</summary>
internal static class Tiny
{
    private static readonly DataSplits Whole = DataSource.Load("shapes", new());

    /// <summary>The first records of each part of shapes: 80 % / 10 % / 10 % of <paramref name="records"/>.</summary>
    public static DataSplits Shapes(int records) =>
        new(First(Whole.Train, records * 8 / 10), First(Whole.Validation, records / 10), First(Whole.Test, records / 10));

    /// <summary>"key=value key=value" as settings; the last of two wins.</summary>
    public static Dictionary<string, string> Settings(string text)
    {
        var settings = new Dictionary<string, string>();
        foreach (var pair in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            settings[pair.Split('=')[0]] = pair.Split('=')[1];
        return settings;
    }

    private static Dataset First(Dataset data, int count) => data.Select([.. Enumerable.Range(0, count)]);
}
