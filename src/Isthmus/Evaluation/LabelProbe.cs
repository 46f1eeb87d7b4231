using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>
/// Predictability of one label from the code: probes fitted on codes of training records and tested on codes of test records. Accuracies are of mean codes, the
/// information is of drawn codes, whose bits the rate counts.
/// </summary>
public sealed class LabelProbe
{
    private const string Accuracy = "linear_probe_accuracy",
        Nearest = "knn5_accuracy",
        Shared = "label_information_nats",
        UnnamedLabel = "label";

    private readonly IReadOnlyList<Figure> _figures;
    private readonly string _suffix;

    private LabelProbe(IReadOnlyList<Figure> figures, string label, string suffix) => (_figures, Label, _suffix) = (figures, label, suffix);

    /// <summary>Name of the label.</summary>
    public string Label { get; }

    /// <summary>Fraction of test codes whose label multinomial logistic regression predicts, 0 to 1 (Alain and Bengio 2017).</summary>
    public Figure LinearAccuracy => _figures.Get(Accuracy + _suffix);

    /// <summary>Fraction of test codes whose label is that of most of the 5 nearest training codes, 0 to 1.</summary>
    public Figure NearestNeighbourAccuracy => _figures.Get(Nearest + _suffix);

    /// <summary>
    /// I(Z;Y) from below: H(Y) less the cross-entropy of the logistic regression; 0 where it predicts worse than the classes' frequencies (Barber and Agakov
    /// 2003).
    /// </summary>
    public InformationFigure Information => InformationFigure.Of(_figures.Get(Shared + _suffix), null)!;

    /// <summary>Returns the end of the keys of a label's figures: empty for a single label.</summary>
    internal static string Suffix(string label, int labels) => labels == 1 ? "" : $"_{label.Replace(' ', '_')}";

    internal static IReadOnlyDictionary<string, LabelProbe> All(IReadOnlyList<Figure> figures, IReadOnlyList<string> labels) =>
        labels
            .Select(label => new LabelProbe(figures, label, Suffix(label, labels.Count)))
            .Where(probe => figures.Find(Accuracy + probe._suffix) is not null)
            .ToDictionary(probe => probe.Label);

    /// <summary>Returns labels as in the keys, if their names are not known otherwise; a single one is called "label".</summary>
    internal static IReadOnlyList<string> Names(IReadOnlyList<Figure> figures) =>
        [
            .. figures
                .Where(figure => figure.Key.StartsWith(Accuracy, StringComparison.Ordinal))
                .Select(figure => figure.Key == Accuracy ? UnnamedLabel : figure.Key[(Accuracy.Length + 1)..]),
        ];
}
