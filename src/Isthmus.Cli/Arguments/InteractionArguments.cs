using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for reading a table of interactions.</summary>
internal sealed class InteractionArguments : KindArguments
{
    private readonly Option<string?> _time;
    private readonly Option<string?> _user = new("--user")
    {
        Description = "Interactions: the table's column of users; a number from 1 where it has no header.",
        HelpName = "column",
    };
    private readonly Option<string?> _item = new("--item") { Description = "Interactions: the column of items.", HelpName = "column" };
    private readonly Option<string?> _rating = new("--rating") { Description = "Interactions: the column of ratings.", HelpName = "column" };
    private readonly Option<double?> _minRating = CommonOptions.OptionalNumber("--min-rating", "Interactions: the least rating that counts as one");
    private readonly Option<int?> _minPerUser = CommonOptions.OptionalWhole("--min-per-user", "Interactions: leave out users with fewer, 5 if not said", 1);
    private readonly Option<int?> _minPerItem = CommonOptions.OptionalWhole("--min-per-item", "Interactions: leave out items with fewer", 1);
    private readonly Option<string?> _titles = new("--titles") { Description = "Interactions: a table of the items and their titles.", HelpName = "file" };

    public InteractionArguments(Option<string?> time)
    {
        _time = time;
        OptionGroup.In("Interactions", Options);
    }

    public override IReadOnlyList<Option> Options => [_user, _item, _rating, _minRating, _minPerUser, _minPerItem, _titles];

    public override DataOptions Apply(Session session, DataOptions options) =>
        options with
        {
            Interactions = new()
            {
                User = session.Get(_user),
                Item = session.Get(_item),
                Rating = session.Get(_rating),
                Time = session.Get(_time),
                MinRating = session.Get(_minRating),
                MinPerUser = session.Get(_minPerUser),
                MinPerItem = session.Get(_minPerItem),
                Titles = session.Get(_titles),
            },
        };
}
