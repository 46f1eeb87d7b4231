using System.Globalization;
using Google.Protobuf;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Records;
using Isthmus.Onnx.Tables;
using Isthmus.Onnx.Wire;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isthmus.MachineLearning;

/// <summary>
/// A model's graph with columns of a view before it and outputs of a pipeline behind it: inputs and outputs bear the pipeline's names, cells are brought to
/// the types that the model takes, and there is one record at a time, as ML.NET runs it.
/// </summary>
internal sealed class PipelineGraph
{
    // Around the names of the columns that this makes beside the user's own; ML.NET would cut off an end '.output'.
    private const string Own = "isthmus.";

    // Before the model's own names, so that none is a column's.
    private const string Inside = "isthmus::";
    private const double TicksASecond = TimeSpan.TicksPerSecond;

    private readonly OnnxGraph _graph = new("pipeline");
    private readonly ModelPart _part;
    private readonly Dictionary<string, OnnxValue> _columns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> _given = new(StringComparer.Ordinal);
    private readonly ModelProto _whole;

    /// <summary>Declares the inputs.</summary>
    /// <param name="part">Part of a model.</param>
    /// <param name="schema">The view's columns.</param>
    /// <param name="featureColumn">Name of the column of vectors; null for a model of rows.</param>
    /// <exception cref="InvalidInputException">A column is missing, of another type or of another length.</exception>
    public PipelineGraph(ModelPart part, DataViewSchema schema, string? featureColumn)
    {
        _part = part;
        foreach (var input in part.File.Graph.Input)
            if (input.Name != RecordPorts.Record)
                _given[input.Name] = OfColumn(input, Columns[input.Name] = Matching(schema, input.Name));
            else
                _given[input.Name] = OfVector(input, ViewColumn.Demand(schema, featureColumn!));
        _whole = _graph.ToModel([], "");
        Embed();
    }

    /// <summary>Columns that ML.NET has to convert first: name, the view's column, and the conversion.</summary>
    public List<(string Name, string Column, Conversion To)> Conversions { get; } = [];

    /// <summary>Columns of the view, by the inputs of the model of rows that they enter as.</summary>
    public Dictionary<string, ViewColumn> Columns { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of the inputs, which are columns of the view or converted ones.</summary>
    public string[] Inputs => [.. _columns.Keys];

    /// <summary>Names of the outputs.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>Name of a column that stands for one of the user's.</summary>
    public static string OwnName(string column) => $"{Own}{column}.";

    /// <summary>The truth value whether an input of a model of rows is missing, 1 x 1.</summary>
    public OnnxValue IsMissing(string input)
    {
        var given = _given[input];
        return ElementOf(input) != OnnxElement.Text
            ? given.Cast(OnnxElement.Float).IsMissing()
            // Texts cannot be compared in operator set 17.
            : _graph
                .Node("LabelEncoder", [given], [("keys_strings", (string[])[""]), ("values_int64s", (long[])[1]), ("default_int64", 0L)], "ai.onnx.ml")
                .Cast(OnnxElement.Boolean);
    }

    /// <summary>A column of the view as it is, which enters without a conversion.</summary>
    public OnnxValue Given(string column) => _columns[column];

    /// <summary>Type in which the model takes an input.</summary>
    public OnnxElement ElementOf(string input) => (OnnxElement)_part.File.Graph.Input.First(known => known.Name == input).Type.TensorType.ElemType;

    /// <summary>A value that the model gives.</summary>
    public OnnxValue Made(string output) => new(_graph, Inside + output);

    /// <summary>Declares an output, a vector of <paramref name="length"/> elements.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    /// <param name="element">Type of its elements.</param>
    /// <param name="length">Number of them.</param>
    /// <param name="slotNames">Names of the elements. Default: none.</param>
    public void Output(string name, OnnxValue value, OnnxElement element, int length, IReadOnlyList<string>? slotNames = null)
    {
        _graph.Output(name, value.Reshape(-1), element, length);
        Outputs.Add(name);
        if (slotNames is null)
            return;
        // ML.NET reads the names of a vector's slots from the keys of a node of this name, wherever it leads.
        _graph.Node(
            "LabelEncoder",
            [_graph.Constant(slotNames.Take(1), [1], "slot")],
            [("keys_strings", slotNames.ToArray()), ("values_int64s", Enumerable.Range(0, slotNames.Count).Select(place => (long)place).ToArray())],
            "ai.onnx.ml"
        );
        _whole.Graph.Node[^1].Name = $"mlnet.{name}.SlotNames";
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        var made = _graph.ToModel(_part.File.MetadataProps.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)), _part.File.DocString);
        made.OpsetImport.Add(_part.File.OpsetImport.Where(set => made.OpsetImport.All(known => known.Domain != set.Domain)).ToArray());
        foreach (var input in made.Graph.Input)
            input.Type.TensorType.Shape.Dim[0] = new() { DimValue = 1 };
        foreach (var output in made.Graph.Output)
            output.Type.TensorType.Shape.Dim.RemoveAt(0);
        return made.ToByteArray();
    }

    /// <summary>
    /// A 32-bit number as a 64-bit one: 3.3 is 3.3 and not 3.2999999523162842, as for the reader of rows. It is the decimal of eight digits, where that is
    /// the same 32-bit number.
    /// </summary>
    public static OnnxValue Widened(OnnxValue single)
    {
        var near = single.Cast(OnnxElement.Text).Cast(OnnxElement.Double);
        return near.Cast(OnnxElement.Float).Apply("Equal", single).Choose(near, single.Cast(OnnxElement.Double));
    }

    private static ViewColumn Matching(DataViewSchema schema, string name)
    {
        var known = ViewColumn.Visible(schema).SelectMany(ViewColumn.Of).ToArray();
        if (known.FirstOrDefault(column => column.Name == name) is { } same)
            return same;
        if (known.Where(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray() is [var near])
            return near;
        var own = ViewColumn.Demand(schema, name, ", which the model was trained on");
        throw new InvalidInputException(
            $"The view: column '{own.Name}'",
            $"is of type {own.Type}, and the model takes a number, a truth value, a text, a key with texts or a date",
            "convert it by Transforms.Conversion"
        );
    }

    private OnnxValue OfVector(ValueInfoProto input, DataViewSchema.Column column)
    {
        var length = input.Type.TensorType.Shape.Dim[1].DimValue;
        if (column.Type is not VectorDataViewType { IsKnownSize: true } vector || !ViewColumn.IsReal(vector.ItemType))
            throw new InvalidInputException(
                $"The view: column '{column.Name}'",
                $"is of type {column.Type}, and the model takes a vector of {length} numbers of type Single or Double",
                "make it by Transforms.Concatenate"
            );
        if (vector.Size != length)
            throw new InvalidInputException($"The view: column '{column.Name}'", $"has {vector.Size} numbers, and the model takes {length}", "give as many");
        return Enter(column).Cast((OnnxElement)input.Type.TensorType.ElemType) with { Shape = [length] };
    }

    /// <summary>A cell as the model takes it, 1 x 1.</summary>
    private OnnxValue OfColumn(ValueInfoProto input, ViewColumn column)
    {
        var wanted = (OnnxElement)input.Type.TensorType.ElemType;
        InvalidInputException Refused(string has, string takes, string remedy) =>
            new($"The view: column '{column.Name}'", $"has {has}, and the model takes {takes} there", remedy);
        if (wanted == OnnxElement.Text)
            return column.Kind switch
            {
                ColumnKind.Category => Respelled(Enter(column), Field<FittedCategories>(input)),
                ColumnKind.Boolean => Enter(column).Choose(_graph.Constant(["true"], [1, 1], "text"), _graph.Constant(["false"], [1, 1], "text")),
                ColumnKind.Date => throw Refused("dates", "texts", "convert it by Transforms.Conversion.ConvertType"),
                _ => Respelled(AsText(Enter(column)), Field<FittedCategories>(input)),
            };
        return WithoutCodes(
            column.Kind switch
            {
                ColumnKind.Category => throw Refused("texts", "numbers", "convert it by Transforms.Conversion.ConvertType"),
                ColumnKind.Date => Seconds(Enter(column)).Cast(wanted),
                ColumnKind.Boolean => Enter(column).Cast(wanted),
                _ when wanted == OnnxElement.Double && column.Type == NumberDataViewType.Single => Widened(Enter(column)),
                _ => Enter(column).Cast(wanted),
            },
            wanted
        );
    }

    /// <summary>Numbers without those that the model's table writes for a missing value, such as -999.</summary>
    private OnnxValue WithoutCodes(OnnxValue number, OnnxElement wanted)
    {
        // The number of a label's class is no cell.
        if (!_part.IsOfColumns)
            return number;
        foreach (var text in MissingTexts)
            if (double.TryParse(text, CultureInfo.InvariantCulture, out var code) && double.IsFinite(code))
                number = number.Cast(OnnxElement.Double).Apply("Equal", Double(code)).Choose(Double(double.NaN), number.Cast(OnnxElement.Double)).Cast(wanted);
        return number;
    }

    /// <summary>
    /// A text as the reader of tables takes it: without a space around it, as LoadFromTextFile leaves one after a comma, and empty where the model's table
    /// writes it for a missing value.
    /// </summary>
    private OnnxValue Respelled(OnnxValue text, FittedCategories column)
    {
        var plain = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (
            var (known, meant) in CategoryTexts.Of(column).Keys.Select(known => (known, known)).Concat(MissingTexts.Append("").Select(missing => (missing, "")))
        )
            foreach (var spelled in new[] { known, $" {known}", $"{known} ", $" {known} " })
                if (spelled.Length > 0)
                    plain.TryAdd(spelled, meant);
        string[] meanings = [.. plain.Values];
        var place = _graph.Node(
            "LabelEncoder",
            [text],
            [
                ("keys_strings", plain.Keys.ToArray()),
                ("values_int64s", Enumerable.Range(0, plain.Count).Select(at => (long)at).ToArray()),
                ("default_int64", -1L),
            ],
            "ai.onnx.ml"
        );
        var none = _graph.Constant((long[])[-1], [1, 1], "none");
        // A place of -1 is the last one, which is not taken.
        return place.Apply("Equal", none).Choose(text, _graph.Constant(meanings, [meanings.Length], "texts").Apply("Gather", place));
    }

    private OnnxValue Double(double number) => _graph.Constant((double[])[number], [1, 1], "number");

    private IReadOnlyList<string> MissingTexts => ((TableSchema)_part.Schema).Reading?.Missing ?? TableReading.UsualMissing;

    private TField Field<TField>(ValueInfoProto input)
        where TField : FittedColumn => (TField)((TableSchema)_part.Schema).Fields.First(field => field.Name == input.Name);

    private OnnxValue AsText(OnnxValue number) =>
        number.Cast(OnnxElement.Float).IsMissing().Choose(_graph.Constant([""], [1, 1], "missing"), number.Cast(OnnxElement.Text));

    // Whole seconds and the rest apart, as a 64-bit float does not hold all ticks.
    private OnnxValue Seconds(OnnxValue ticks)
    {
        OnnxValue Whole(long number) => _graph.Constant((long[])[number], [1, 1], "ticks");
        var since = ticks - Whole(DateTime.UnixEpoch.Ticks);
        return ticks.Apply("Equal", Whole(0)).Choose(Double(double.NaN), since.Cast(OnnxElement.Double) / Double(TicksASecond));
    }

    /// <summary>A column as an input; a scalar as 1 x 1.</summary>
    private OnnxValue Enter(ViewColumn column)
    {
        var entered = Enter(column.Column);
        return column.Slot is { } slot ? entered.Narrow(1, slot, 1) : entered;
    }

    private OnnxValue Enter(DataViewSchema.Column column)
    {
        Conversion? conversion = column.Type switch
        {
            KeyDataViewType => Conversion.Text,
            DateTimeDataViewType => Conversion.Ticks,
            NumberDataViewType when !ViewColumn.IsReal(column.Type) => Conversion.Double,
            _ => null,
        };
        var name = conversion is null ? column.Name : OwnName(column.Name);
        if (_columns.TryGetValue(name, out var known))
            return known;
        if (conversion is { } to)
            Conversions.Add((name, column.Name, to));
        var type = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        var element =
            type is BooleanDataViewType ? OnnxElement.Boolean
            : type is TextDataViewType or KeyDataViewType ? OnnxElement.Text
            : type is DateTimeDataViewType ? OnnxElement.Int64
            : type == NumberDataViewType.Single ? OnnxElement.Float
            : OnnxElement.Double;
        var value = column.Type is VectorDataViewType { Size: var size }
            ? _graph.Input(name, element, size)
            // ML.NET hands a scalar over as 1 x 1.
            : _graph.Input(name, element, 1);
        _columns.Add(name, value);
        return value;
    }

    private void Embed()
    {
        var inner = _part.File.Graph.Clone();
        string Named(string name) =>
            name.Length == 0 ? ""
            : _given.TryGetValue(name, out var value) ? value.Name
            : Inside + name;
        foreach (var tensor in inner.Initializer)
            tensor.Name = Inside + tensor.Name;
        foreach (var node in inner.Node)
        {
            node.Name = Inside + node.Name;
            for (var place = 0; place < node.Input.Count; place++)
                node.Input[place] = Named(node.Input[place]);
            for (var place = 0; place < node.Output.Count; place++)
                node.Output[place] = Inside + node.Output[place];
        }
        _whole.Graph.Initializer.Add(inner.Initializer);
        _whole.Graph.Node.Add(inner.Node);
    }
}

/// <summary>A conversion that ML.NET makes before the graph.</summary>
internal enum Conversion
{
    /// <summary>A number to a 64-bit floating-point one.</summary>
    Double,

    /// <summary>A date to its ticks.</summary>
    Ticks,

    /// <summary>A key to its text.</summary>
    Text,
}
