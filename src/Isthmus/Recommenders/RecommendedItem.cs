namespace Isthmus.Recommenders;

/// <summary>A recommended item, which the history lacks.</summary>
/// <param name="Item">Its id, as in the training data.</param>
/// <param name="Title">Its title, or its id where none is known.</param>
/// <param name="Bits">Information content that the item is next, -log2 p(item | history), over the items not in the history: smaller is better.</param>
/// <param name="Reasons">The items of the history that speak for it most, where they were asked for.</param>
public sealed record RecommendedItem<TItem>(TItem Item, string Title, double Bits, IReadOnlyList<RecommendedReason<TItem>> Reasons);

/// <summary>Reason for a recommendation.</summary>
/// <param name="Item">An item of the history.</param>
/// <param name="Title">Its title, or its id where none is known.</param>
/// <param name="Bits">Its evidence for the recommendation, in bits: log2 p(item | history) - log2 p(item | history without it).</param>
public sealed record RecommendedReason<TItem>(TItem Item, string Title, double Bits);

/// <summary>Recommendations for one user.</summary>
/// <param name="User">The user's id.</param>
/// <param name="Items">The items, the best first.</param>
public sealed record UserRecommendations(string User, IReadOnlyList<RecommendedItem<string>> Items);
