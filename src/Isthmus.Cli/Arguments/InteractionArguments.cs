using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for reading a table of interactions.</summary>
internal sealed class InteractionArguments : KindArguments
{
    private readonly Option<string?> _time;
    private readonly Option<string?> _user = new("--user")
    {
        Description = "Column of users; a number from 1 where the table has no header.",
        HelpName = "column",
    };
    private readonly Option<string?> _item = new("--item") { Description = "Column of items.", HelpName = "column" };
    private readonly Option<string?> _rating = new("--rating") { Description = "Column of ratings.", HelpName = "column" };
    private readonly Option<double?> _minRating = CommonOptions.OptionalNumber("--min-rating", "Smallest rating that counts as an interaction");
    private readonly Option<int?> _minPerUser = CommonOptions.OptionalWhole("--min-per-user", "Leave out users with fewer interactions. Default: 5", 1);
    private readonly Option<int?> _minPerItem = CommonOptions.OptionalWhole("--min-per-item", "Leave out items with fewer interactions. Default: none", 1);
    private readonly Option<string?> _titles = new("--titles") { Description = "Table of items and their titles.", HelpName = "file" };

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
