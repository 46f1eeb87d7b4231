using Isthmus.Evaluation;

namespace Isthmus.Reporting.Pages;

/// <summary>Units of a code with a traversal: those that tell records apart, the most informative first.</summary>
/// <param name="Carrying">Every such unit, sorted by its rate, or by its variance where there is no rate.</param>
/// <param name="Units">Units in the code.</param>
/// <param name="Rule">Condition on such units, in words.</param>
internal sealed record TraversedUnits(IReadOnlyList<int> Carrying, int Units, string Rule)
{
    /// <summary>
    /// Smallest rate of a unit that is drawn, bits. Units at the prior have hundredths of a bit on real data; one that holds a property of the records has
    /// whole bits.
    /// </summary>
    public const double LeastBits = 0.1;

    /// <summary>Number of units that carry nothing.</summary>
    public int Idle => Units - Carrying.Count;

    /// <summary>
    /// Selects active units (<see cref="UnitActivity"/>), and of a variational code only those whose KL divergence from the prior is at least
    /// <see cref="LeastBits"/>: a unit can be constant yet off the prior, or vary a little without information.
    /// </summary>
    public static TraversedUnits Of(EvaluationReport evaluation, bool isVariational)
    {
        var activity = evaluation.Activity;
        var rates = isVariational ? evaluation.UnitRatesNats?.Select(Information.InformationUnits.NatsToBits).ToArray() : null;
        var carrying = Enumerable
            .Range(0, activity.Active.Count)
            .Where(unit => activity.Active[unit] && (rates is null || rates[unit] >= LeastBits))
            .OrderByDescending(unit => rates?[unit] ?? activity.Variances[unit])
            .ThenBy(unit => unit);
        return new(
            [.. carrying],
            activity.Active.Count,
            $"{activity.Rule}{(rates is null ? "" : $", and a KL divergence from the prior of at least {NumberText.Of(LeastBits, 1)} bits")}"
        );
    }
}
