using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>Checks and notes on interactions that are left out, the same whether they are read in memory or in a file.</summary>
/// <param name="path">Name of the data.</param>
/// <param name="options">Limits.</param>
internal sealed class InteractionLog(string path, InteractionOptions options)
{
    private readonly List<Wording> _notes = [];

    /// <summary>Number of rows of the table.</summary>
    public long Rows { get; set; }

    /// <summary>Number of different pairs of a user and an item.</summary>
    public long Distinct { get; set; }

    /// <summary>Notes so far.</summary>
    public IReadOnlyList<Wording> Notes => _notes;

    /// <summary>Says how many rows repeat others, and how many interactions are of a rating that counts.</summary>
    /// <param name="rated">Number of them; all without a least rating.</param>
    /// <param name="ratings">Ratings, of which the least and the greatest are told if none counts.</param>
    /// <exception cref="InvalidInputException">There are none.</exception>
    public void Rated(long rated, IEnumerable<double> ratings)
    {
        if (Rows == 0)
            throw new InvalidInputException(path, "holds no interactions", "give at least one row");
        if (Rows > Distinct)
            Add($"{Rows - Distinct:N0} of {Rows:N0} rows repeat a user and item; the latest of each counts");
        if (options.MinRating is not { } least)
            return;
        if (rated == 0)
            throw new InvalidInputException(
                $"{path}: no rating",
                $"is {least} or more; they go from {ratings.Min()} to {ratings.Max()}",
                $"give a lower {OptionNames.MinRating}",
                OptionNames.MinRating
            );
        Add($"{rated:N0} of {Distinct:N0} interactions have a rating of at least {least}");
    }

    /// <summary>Says how many users are left out.</summary>
    /// <exception cref="InvalidInputException">All are.</exception>
    public void Kept(int kept, int users)
    {
        if (kept == 0)
            throw new InvalidInputException(
                $"{path}: no user",
                $"has {options.LeastPerUser} interactions with items of {options.LeastPerItem} users or more",
                $"give a lower {OptionNames.MinPerUser} or {OptionNames.MinPerItem}",
                OptionNames.MinPerUser
            );
        if (kept < users)
            Add($"{users - kept:N0} of {users:N0} users have fewer than {options.LeastPerUser} interactions and are left out");
    }

    private void Add(FormattableString note) => _notes.Add(FormattableString.Invariant(note));
}
