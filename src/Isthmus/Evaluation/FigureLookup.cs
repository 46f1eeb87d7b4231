using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>Figures by their keys: the one place where a typed member and a key meet.</summary>
internal static class FigureLookup
{
    /// <summary>Returns the figure with this key, or null.</summary>
    public static Figure? Find(this IReadOnlyList<Figure> figures, string key) => figures.FirstOrDefault(figure => figure.Key == key);

    /// <summary>Returns the figure with this key, which every such evaluation has.</summary>
    /// <exception cref="InvalidOperationException">It was taken out of the list.</exception>
    public static Figure Get(this IReadOnlyList<Figure> figures, string key) =>
        figures.Find(key) ?? throw new InvalidOperationException($"These {figures.Count} figures have no '{key}': they are not those of a whole evaluation.");

    /// <summary>Returns the quantity under <c>stem_nats</c>, <c>stem_bits</c> or both; null if there is neither.</summary>
    public static InformationFigure? Information(this IReadOnlyList<Figure> figures, string stem) =>
        InformationFigure.Of(figures.Find($"{stem}_nats"), figures.Find($"{stem}_bits"));
}
