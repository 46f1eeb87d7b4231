using Isthmus.Information.MutualInformation;

namespace Isthmus.Studio.Folders;

/// <summary>Importance of a setting for a figure of the runs of a sweep. Immutable.</summary>
/// <param name="Setting">Name of the setting.</param>
/// <param name="Share">
/// Share of the figure's variance over the runs that lies between the means of the setting's values, 0 to 1 (eta squared of an analysis of variance; over a
/// whole grid the main effect of a functional one, Hutter et al. 2014).
/// </param>
/// <param name="PValue">Fraction of 999 random orders of the figures, and the own one, that give as large a share.</param>
public sealed record SettingImportance(string Setting, double Share, double PValue)
{
    /// <summary>Number of random orders.</summary>
    public const int Permutations = 999;

    /// <summary>Returns the importance of each setting, the most important first.</summary>
    /// <param name="settings">Settings with the value of each run.</param>
    /// <param name="figures">The figure of each run, finite.</param>
    public static IReadOnlyList<SettingImportance> Of(IReadOnlyList<(string Name, IReadOnlyList<string> Values)> settings, IReadOnlyList<double> figures) =>
        [.. settings.Select(setting => Of(setting.Name, setting.Values, [.. figures])).OrderByDescending(setting => setting.Share)];

    private static SettingImportance Of(string name, IReadOnlyList<string> values, double[] figures)
    {
        var groups = values.Index().GroupBy(value => value.Item, value => value.Index).Select(group => group.ToArray()).ToArray();
        int[] all = [.. Enumerable.Range(0, figures.Length)];
        var test = PermutationTest.Within(order => ShareOf(groups, [.. order.Select(run => figures[run])]), [all], Permutations, seed: 1);
        return new(name, ShareOf(groups, figures), test.PValue);
    }

    private static double ShareOf(int[][] groups, double[] figures)
    {
        var mean = figures.Average();
        var all = figures.Sum(figure => (figure - mean) * (figure - mean));
        var between = groups.Sum(group => group.Length * Math.Pow(group.Average(run => figures[run]) - mean, 2));
        // Equal shares are equal, in whatever order they were summed.
        return all > 0 ? Math.Round(between / all, 12) : 0;
    }
}
