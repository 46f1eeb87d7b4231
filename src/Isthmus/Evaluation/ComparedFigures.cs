using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>What a model, or a baseline beside it, does on the same records.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Figures">In the order to show them.</param>
public record ComparedFigures(string Name, IReadOnlyList<Figure> Figures)
{
    /// <summary>The figure of that key, or null.</summary>
    public Figure? this[string key] => Figures.FirstOrDefault(figure => figure.Key == key);
}
