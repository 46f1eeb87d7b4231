using System.CommandLine;
using Isthmus.Codes;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Cli;

/// <summary>Which data, and how they are read.</summary>
internal sealed class DataArguments
{
    private readonly Argument<string> _data;
    private readonly Option<string?> _size = new("--size") { Description = "Resize images to rows x columns, such as 28x20, or to a square.", HelpName = "HxW" };
    private readonly Option<bool?> _grey = new("--grey") { Description = "Take the colour out of images.", Arity = ArgumentArity.ZeroOrOne, HelpName = "true|false" };
    private readonly Option<int?> _depth = new("--depth") { Description = "Images of 16 bits a sample: the bits, 8 to 16, that their values take; white is 2^n - 1. Default: as many as the greatest value needs.", HelpName = "n", CustomParser = Depth };
    private readonly Option<string?> _array = new("--array") { Description = "Of a .npz file, the array whose records are read. Default: X, x, data or images, or else the largest of pictures or of vectors.", HelpName = "name" };
    private readonly Option<string?> _label = new("--label") { Description = "The column of a table that holds each record's class.", HelpName = "column" };
    private readonly Option<string?> _columns = new("--columns") { Description = "The columns of a table to take, joined by commas; of mixed tables also what one is: zip:category, id:skip (numeric, integer, count, boolean, category, date, skip).", HelpName = "a,b" };
    private readonly Option<bool> _stream = new("--stream") { Description = "Leave vectors (.npy .parquet .csv .tsv) in their file and read it in blocks, in an order that is shuffled by the seed: for files larger than memory." };
    private readonly Option<int?> _limit = CommonOptions.OptionalWhole("--limit", "Take at most so many records of each part", 1);
    private readonly Option<string?> _user = new("--user") { Description = "Interactions: the table's column of users; a number from 1 where it has no header.", HelpName = "column" };
    private readonly Option<string?> _item = new("--item") { Description = "Interactions: the column of items.", HelpName = "column" };
    private readonly Option<string?> _rating = new("--rating") { Description = "Interactions: the column of ratings.", HelpName = "column" };
    private readonly Option<string?> _time = new("--time") { Description = "Interactions and series: the column of times. The latest of each history are then held out, instead of some by seed; a mixed table becomes a series of windows.", HelpName = "column" };
    private readonly Option<int> _window = CommonOptions.Whole("--window", "Series: rows in a window", 64, 2);
    private readonly Option<int> _stride = CommonOptions.Whole("--stride", "Series: rows from one window to the next", 1, 1);
    private readonly Option<double?> _minRating = CommonOptions.OptionalNumber("--min-rating", "Interactions: the least rating that counts as one");
    private readonly Option<int?> _minPerUser = CommonOptions.OptionalWhole("--min-per-user", "Interactions: leave out users with fewer, 5 if not said", 1);
    private readonly Option<int?> _minPerItem = CommonOptions.OptionalWhole("--min-per-item", "Interactions: leave out items with fewer", 1);
    private readonly Option<string?> _titles = new("--titles") { Description = "Interactions: a table of the items and their titles.", HelpName = "file" };

    private readonly Option<string?> _text = new("--text") { Description = "Documents: the table's column of texts; a number from 1 where it has no header.", HelpName = "column" };
    private readonly Option<string?> _vocabulary = new("--vocabulary") { Description = "Documents as bags of words (.feat): the file that names the words, one a line.", HelpName = "file" };
    private readonly Option<string?> _stopWords = new("--stop-words") { Description = "Documents: words to leave out: english, none, or a file of them. English if not said.", HelpName = "list" };
    private readonly Option<int?> _minDocuments = CommonOptions.OptionalWhole("--min-documents", "Documents: leave out words that fewer training documents hold, 5 if not said", 1);
    private readonly Option<double?> _maxShare = CommonOptions.OptionalNumber("--max-document-share", "Documents: leave out words that a greater share of training documents hold, 0.5 if not said");
    private readonly Option<int?> _maxWords = CommonOptions.OptionalWhole("--max-words", "Documents: keep at most so many words, those in the most documents, 10,000 if not said", 1);

    private ReadingArguments? _reading;

    private DataArguments(string? initial)
    {
        _data = new("data")
        {
            Description = $"A folder of images or of .txt documents, a file (.csv .tsv .json .parquet .npz .npy .amat IDX, or an image; with --user and --item a table of interactions, also .dat; with --text one of documents, also .txt and .feat), or one of {string.Join(", ", DataSource.Names)}.",
        };
        if (initial is not null)
            _data.DefaultValueFactory = _ => initial;
    }

    /// <summary>Adds the argument and its options to a verb.</summary>
    public static DataArguments AddTo(Command command, string? initial = null)
    {
        var data = new DataArguments(initial);
        command.Add(data._data);
        foreach (var option in (Option[])[data._size, data._grey, data._depth, data._array, data._label, data._columns, data._stream, data._limit, data._user, data._item, data._rating, data._time, data._minRating, data._minPerUser, data._minPerItem, data._titles, data._text, data._vocabulary, data._stopWords, data._minDocuments, data._maxShare, data._maxWords, data._window, data._stride])
            command.Add(option);
        OptionGroup.In("Images", data._size, data._grey);
        OptionGroup.In("Tables and vectors", data._label, data._columns, data._stream, data._limit);
        OptionGroup.In("Series", data._time, data._window, data._stride);
        OptionGroup.In("Interactions", data._user, data._item, data._rating, data._minRating, data._minPerUser, data._minPerItem, data._titles);
        OptionGroup.In("Documents", data._text, data._vocabulary, data._stopWords, data._minDocuments, data._maxShare, data._maxWords);
        data._reading = ReadingArguments.AddTo(command);
        return data;
    }

    /// <summary>The name or path.</summary>
    public string Name(Session session) => session.Get(_data);

    /// <summary>Whether the name is the default and not the user's.</summary>
    public bool IsDefault(Session session) => session.IsDefault(_data);

    /// <summary>How to read it.</summary>
    public DataOptions Options(Session session) => new()
    {
        Size = session.Get(_size) is { } size ? ImageSize.Parse(size) : null,
        Grey = session.Get(_grey),
        Depth = session.Get(_depth),
        Array = session.Get(_array),
        Label = session.Get(_label),
        Columns = session.Get(_columns)?.Split(','),
        Reading = _reading!.Get(session),
        Stream = session.Get(_stream),
        Limit = session.Get(_limit),
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
        Documents = new()
        {
            Text = session.Get(_text),
            Vocabulary = session.Get(_vocabulary),
            StopWords = session.Get(_stopWords),
            MinDocuments = session.Get(_minDocuments),
            MaxShare = session.Get(_maxShare),
            MaxWords = session.Get(_maxWords),
        },
        Progress = session.Downloads,
        Cancellation = session.Cancel,
    };

    /// <summary>How a mixed table is read.</summary>
    public TableOptions Table(Session session) => new() { Time = session.Get(_time), Window = session.Get(_window), Stride = session.Get(_stride) };

    /// <summary>How many of which records, for people.</summary>
    public static string Count(ModelData data) => $"{NumberText.Of(data.Records.Count)} {(data.Part is { } part ? $"{part.ToString().ToLowerInvariant()} " : "")}record{(data.Records.Count == 1 ? "" : "s")}";

    /// <summary>The data for a model, split as they were when it was trained on them.</summary>
    public ModelData For(ModelManifest model, Session session, DataPart? part = null, bool whole = false)
    {
        var data = session.Detached(() => ModelData.Load(model, Name(session), Options(session), part, whole));
        foreach (var note in data.Records.Notes)
            session.NoteLater($"{Name(session)}: {note}");
        return data;
    }

    /// <summary>The data named, or where none are, all of those that the model was trained on.</summary>
    public ModelData ForOrOwn(ModelManifest model, Session session, DataPart? part = null) =>
        session.Detached(() => ModelData.Load(model, Name(session) is { Length: > 0 } name ? name : model.Provenance.Data, Options(session), part, whole: true));

    private static int? Depth(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var bits) && bits is >= 8 and <= 16)
            return bits;
        result.AddError($"--depth {result.Tokens[0].Value}: expected a number of bits from 8 to 16, such as 12");
        return null;
    }
}
