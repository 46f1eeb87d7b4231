using System.CommandLine;
using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Cli.Arguments;

/// <summary>Argument for data, and options for reading them: those of every kind of record, and those for the cells of tables.</summary>
internal sealed class DataArguments
{
    private readonly Argument<string> _data;
    private readonly IReadOnlyList<KindArguments> _kinds = KindArguments.OfAll();
    private ReadingArguments? _reading;

    private DataArguments(string? initial)
    {
        _data = new("data")
        {
            Description =
                "A folder of images, of .txt documents or of tables; a pattern of tables in quotes, such as 'sales/*.parquet'; "
                + $"a file (.csv .tsv .json .parquet .npz .npy .amat IDX or an image; with --user and --item a table of "
                + $"interactions, also .dat; with --text a table of documents, also .txt and .feat); or a data set: {string.Join(", ", DataSource.Names)}.",
        };
        if (initial is not null)
            _data.DefaultValueFactory = _ => initial;
    }

    /// <summary>Adds the argument and its options to a verb.</summary>
    public static DataArguments AddTo(Command command, string? initial = null)
    {
        var data = AddOptionsTo(command, initial);
        command.Add(data._data);
        return data;
    }

    /// <summary>Adds the options alone, for a verb whose data are named by an option of its own.</summary>
    public static DataArguments AddOptionsTo(Command command, string? initial = null)
    {
        var data = new DataArguments(initial);
        foreach (var option in data._kinds.SelectMany(kind => kind.Options))
            command.Add(option);
        data._reading = ReadingArguments.AddTo(command);
        return data;
    }

    /// <summary>The name or path.</summary>
    public string Name(Session session) => session.Get(_data);

    /// <summary>Returns true if the name is the default and not the user's.</summary>
    public bool IsDefault(Session session) => session.IsDefault(_data);

    /// <summary>Returns the options for reading the data.</summary>
    public DataOptions Options(Session session) =>
        _kinds.Aggregate(new DataOptions { Reading = _reading!.Get(session) }, (options, kind) => kind.Apply(session, options));

    /// <summary>Returns the options for reading a mixed table.</summary>
    public TableOptions Table(Session session) => _kinds.Aggregate(new TableOptions(), (options, kind) => kind.Apply(session, options));

    /// <summary>Returns the number and kind of records, for display.</summary>
    public static string Count(ModelData data) =>
        Counted.Of(data.Records.Count, $"{(data.Part is { } part ? $"{part.ToString().ToLowerInvariant()} " : "")}{data.Records.Schema.Noun}");

    /// <summary>Reads the data for a model, split as in its training.</summary>
    public ModelData For(ModelManifest model, Session session, DataPart? part = null, bool whole = false) =>
        For(model, session, Name(session), Options(session) with { Sharing = session.Files }, part, whole);

    /// <summary>Reads other data than those named in the same way: one file of several.</summary>
    public ModelData For(ModelManifest model, Session session, string name, DataPart? part = null) =>
        For(model, session, name, Options(session), part, whole: false);

    private static ModelData For(ModelManifest model, Session session, string name, DataOptions options, DataPart? part, bool whole)
    {
        var data = session.Detached(() => ModelData.Load(model, name, options, part, whole, session.Downloads, session.CancellationToken));
        foreach (var note in data.Records.Notes)
            session.NoteLater($"{name}: {note.OnCommandLine()}");
        return data;
    }

    /// <summary>Reads the data named, or if none are, all of those that the model was trained on.</summary>
    public ModelData ForOrOwn(ModelManifest model, Session session, DataPart? part = null) =>
        session.Detached(() =>
            ModelData.Load(
                model,
                Name(session) is { Length: > 0 } name ? name : model.Provenance.Data,
                Options(session),
                part,
                whole: true,
                session.Downloads,
                session.CancellationToken
            )
        );
}
