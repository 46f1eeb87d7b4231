using Isthmus.Information;

namespace Isthmus.Evaluation.Disentanglement;

/// <summary>
/// The FactorVAE score (Kim and Mnih 2018): of 64 records that share one factor's level, the unit that varies least beside its usual
/// variance should tell which factor it was. 800 such votes on fitting records give each unit its factor, by majority; the score is the
/// share of 800 votes on other records that agree. Chance is 1/K.
/// </summary>
internal static class FactorVaeScore
{
    private const int Votes = 800,
        RecordsPerVote = 64;

    /// <summary>Returns the score with its binomial standard error; use active units only, as an inactive one may vary least at random.</summary>
    /// <param name="fitted">Gives the units their factors.</param>
    /// <param name="reported">Votes are checked on these.</param>
    /// <param name="seed">Random seed.</param>
    public static Estimate Of(FactoredCodes fitted, FactoredCodes reported, int seed)
    {
        var random = new Random(seed);
        var counts = new int[fitted.Units.Count, fitted.Factors.Count];
        var usual = fitted.Units.Select(unit => Variance(unit)).ToArray();
        for (var vote = 0; vote < Votes; vote++)
        {
            var factor = random.Next(fitted.Factors.Count);
            counts[Steadiest(fitted, factor, usual, random), factor]++;
        }
        var right = 0;
        for (var vote = 0; vote < Votes; vote++)
        {
            var factor = random.Next(fitted.Factors.Count);
            var unit = Steadiest(reported, factor, usual, random);
            right += Enumerable.Range(0, fitted.Factors.Count).MaxBy(other => counts[unit, other]) == factor ? 1 : 0;
        }
        return Estimate.Share(right, Votes);
    }

    private static int Steadiest(FactoredCodes codes, int factor, double[] usual, Random random)
    {
        var levels = codes.Factors[factor].Values;
        var level = levels[random.Next(codes.Count)];
        int[] sharing = [.. Enumerable.Range(0, codes.Count).Where(row => levels[row] == level)];
        int[] rows = [.. Enumerable.Range(0, RecordsPerVote).Select(_ => sharing[random.Next(sharing.Length)])];
        return Enumerable.Range(0, codes.Units.Count).MinBy(unit => Variance(Array.ConvertAll(rows, row => codes.Units[unit][row])) / usual[unit]);
    }

    private static double Variance(float[] values)
    {
        double mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }
}
