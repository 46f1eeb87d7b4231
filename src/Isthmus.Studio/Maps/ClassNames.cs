namespace Isthmus.Studio.Maps;

/// <summary>Names of classes written on a map, at the median of each. Safe to use from several threads.</summary>
internal static class ClassNames
{
    private const int MostClasses = 12,
        LeastRecords = 3;
    private const double Wide = 0.08,
        Tall = 0.035;

    /// <summary>Names with their places in the unit square; none where two would lie on each other, or where there are too many.</summary>
    public static IReadOnlyList<(string Text, double X, double Y)> On(CodeMap map, ClassColumn? classes)
    {
        if (classes is null || classes.Values.Distinct().Count() is < 2 or > MostClasses)
            return [];
        var names = classes
            .Values.Index()
            .GroupBy(value => value.Item, value => value.Index)
            .Where(group => group.Count() >= LeastRecords)
            .Select(group => (classes.Names[group.Key], Median: map.Median([.. group])))
            .Select(name => (name.Item1, name.Median.X, name.Median.Y))
            .ToArray();
        var isCrowded = names.Any(one => names.Any(other => other != one && Math.Abs(other.X - one.X) < Wide && Math.Abs(other.Y - one.Y) < Tall));
        return isCrowded ? [] : names;
    }
}
