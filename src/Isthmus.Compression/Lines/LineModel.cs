using System.Text;
using Isthmus.Compression.Integer;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Data.Lines;

namespace Isthmus.Compression.Lines;

/// <summary>Kind of recurrent network that predicts tokens.</summary>
internal enum RecurrentKind : byte
{
    /// <summary>Long short-term memory: gates in the order input, forget, candidate, output.</summary>
    Lstm = 1,

    /// <summary>Gated recurrent units: gates in the order reset, update, candidate.</summary>
    Gru = 2,
}

/// <summary>
/// Language model of lines in whole numbers, as an archive holds it: every machine computes the same probabilities of each next token. Immutable; safe for use
/// by several threads.
/// </summary>
/// <remarks>
/// Bytes, little-endian: "ISTHLINE", version (1), kind (1 LSTM, 2 GRU), places of a piece (16 bits), rule, masks and pieces of the vocabulary and the regular
/// expression for a record's first line (texts, each after its number of bytes, 16 bits; numbers of masks and pieces, 32 bits), numbers in an embedding (32
/// bits), embeddings of "no token" and all tokens (8 bits each), the networks from an embedding and from the state to the sums before the gates and from the
/// state to logits (as <see cref="NetworkFormat"/> has them), the state at a line's beginning (16 bits for each unit; of an LSTM also its cells, 32 bits each),
/// and the tables of the sigmoid and of tanh.
/// </remarks>
internal sealed class LineModel : ArchivedModel
{
    /// <summary>Bits behind the point of sums before a sigmoid, before a tanh, of a cell, and of what gates and states are.</summary>
    public const int SigmoidBits = 11,
        TanhBits = 12,
        CellBits = 16,
        OneBits = 15;

    /// <summary>Largest number of places of a piece.</summary>
    public const int MostPlaces = 1 << 15;

    private const byte Version = 1;
    private const string Name = "The model of lines";
    private const int MostUnits = 1 << 13,
        MostTokens = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly int[]?[] _sums;

    /// <summary>Creates a model of its parts.</summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="recordStart">Regular expression for the first line of a record; null if each line is one.</param>
    /// <param name="places">Most tokens of a piece: a record of more is coded as several, each from the beginning's state.</param>
    /// <param name="kind">Kind of the recurrent network.</param>
    /// <param name="embeddings">(V + 1) x E numbers of 8 bits: of no token, then of the tokens.</param>
    /// <param name="input">Network of one layer from an embedding to the sums before the gates.</param>
    /// <param name="recurrent">The same from the state before.</param>
    /// <param name="output">The same to logits, in 1/64 of an octave.</param>
    /// <param name="state">State at a line's beginning.</param>
    /// <param name="cells">Cells at a line's beginning; of an LSTM only.</param>
    /// <param name="sigmoid">Table of the sigmoid.</param>
    /// <param name="tanh">Table of tanh.</param>
    /// <exception cref="InvalidDataException">Parts that do not fit together.</exception>
    public LineModel(
        TokenVocabulary vocabulary,
        string? recordStart,
        int places,
        RecurrentKind kind,
        short[] embeddings,
        IntegerNetwork input,
        IntegerNetwork recurrent,
        IntegerNetwork output,
        short[] state,
        int[] cells,
        short[] sigmoid,
        short[] tanh
    )
    {
        (Vocabulary, RecordStart, Places, Kind, Embeddings) = (vocabulary, recordStart, places, kind, embeddings);
        (Input, Recurrent, Output, State, Cells, Sigmoid, Tanh) = (input, recurrent, output, state, cells, sigmoid, tanh);
        var gates = kind == RecurrentKind.Lstm ? 4 : 3;
        if (kind is not (RecurrentKind.Lstm or RecurrentKind.Gru))
            throw new InvalidDataException($"a recurrent network of kind {(byte)kind}");
        if (places is < 1 or > MostPlaces || vocabulary.Count > MostTokens || Units is < 1 or > MostUnits)
            throw new InvalidDataException($"{places} places, {vocabulary.Count} tokens and {Units} units");
        if (
            embeddings.Length != (vocabulary.Count + 1) * input.Inputs
            || input.Outputs != gates * Units
            || recurrent.Inputs != Units
            || recurrent.Outputs != gates * Units
            || output.Inputs != Units
            || output.Outputs != vocabulary.Count
            || cells.Length != (kind == RecurrentKind.Lstm ? Units : 0)
            || new[] { input, recurrent, output }.Any(network => network.Layers.Count != 1 || network.HasConvolutions)
        )
            throw new InvalidDataException("parts of sizes that do not fit each other");
        if (
            sigmoid.Length != IntegerLayer.TablePoints
            || tanh.Length != IntegerLayer.TablePoints
            || sigmoid.AsSpan().IndexOfAnyInRange(short.MinValue, (short)-1) >= 0
        )
            throw new InvalidDataException("a table that is none of a sigmoid or tanh");
        if (state.Concat(tanh).Contains(short.MinValue) || cells.AsSpan().IndexOfAnyExceptInRange(-MostCell, MostCell) >= 0)
            throw new InvalidDataException("a state beyond its range");
        if (vocabulary.Pieces.Contains(""))
            throw new InvalidDataException("a piece of no character");
        _sums = new int[vocabulary.Count + 1][];
        TokenBytes =
        [
            .. Enumerable
                .Range(0, vocabulary.Count + 1)
                .Select(token =>
                    token == TokenVocabulary.End ? "\n"u8.ToArray()
                    : token is >= TokenVocabulary.FirstByte and < TokenVocabulary.FirstMask ? [(byte)(token - TokenVocabulary.FirstByte)]
                    : token >= vocabulary.FirstPiece ? StrictUtf8.GetBytes(vocabulary.Pieces[token - vocabulary.FirstPiece])
                    : []
                ),
        ];
    }

    /// <summary>Largest magnitude of a cell: 2^12.</summary>
    public const int MostCell = 1 << (CellBits + 12);

    /// <summary>First bytes of such a model.</summary>
    private static ReadOnlySpan<byte> Mark => "ISTHLINE"u8;

    /// <summary>The tokens.</summary>
    public TokenVocabulary Vocabulary { get; }

    /// <summary>Regular expression for the first line of a record; null if each line is one.</summary>
    public string? RecordStart { get; }

    /// <summary>Most tokens of a piece.</summary>
    public int Places { get; }

    /// <summary>Kind of the recurrent network.</summary>
    public RecurrentKind Kind { get; }

    /// <summary>Units, H.</summary>
    public int Units => State.Length;

    /// <summary>Bytes that each token stands for; none for a mask.</summary>
    public IReadOnlyList<byte[]> TokenBytes { get; }

    /// <summary>Embeddings, (V + 1) x E.</summary>
    public short[] Embeddings { get; }

    /// <summary>Network from an embedding to the sums before the gates.</summary>
    public IntegerNetwork Input { get; }

    /// <summary>Network from the state before to the sums before the gates.</summary>
    public IntegerNetwork Recurrent { get; }

    /// <summary>Network from the state to logits.</summary>
    public IntegerNetwork Output { get; }

    /// <summary>State at a line's beginning, in 2^-15.</summary>
    public short[] State { get; }

    /// <summary>Cells at a line's beginning, in 2^-16; none but of an LSTM.</summary>
    public int[] Cells { get; }

    /// <summary>Table of the sigmoid over -16 .. 16, in 2^-15.</summary>
    public short[] Sigmoid { get; }

    /// <summary>Table of tanh over -8 .. 8, in 2^-15.</summary>
    public short[] Tanh { get; }

    /// <summary>True if bytes begin as those of such a model do.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark);

    /// <summary>Returns the sums before the gates that a token brings, computed when they are first asked for.</summary>
    public ReadOnlySpan<int> SumsOf(int token)
    {
        if (_sums[token] is { } known)
            return known;
        var sums = new int[Input.Outputs];
        Input.Apply(Embeddings.AsSpan(token * Input.Inputs, Input.Inputs), 1, sums);
        return _sums[token] = sums;
    }

    /// <inheritdoc/>
    protected override void Write(BinaryWriter writer)
    {
        writer.Write(Mark);
        writer.Write(Version);
        writer.Write((byte)Kind);
        writer.Write((ushort)Places);
        WriteText(writer, Vocabulary.Rule);
        foreach (var texts in new[] { Vocabulary.Masks, Vocabulary.Pieces })
        {
            writer.Write(texts.Count);
            foreach (var text in texts)
                WriteText(writer, text);
        }
        WriteText(writer, RecordStart ?? "");
        writer.Write(Input.Inputs);
        foreach (var number in Embeddings)
            writer.Write((sbyte)number);
        foreach (var network in new[] { Input, Recurrent, Output })
            NetworkFormat.Write(writer, network);
        writer.Write(Units);
        foreach (var number in State)
            writer.Write(number);
        foreach (var number in Cells)
            writer.Write(number);
        foreach (var number in Sigmoid.Concat(Tanh))
            writer.Write(number);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidInputException">The bytes are no such model, are damaged, or of a newer program.</exception>
    public static LineModel FromBytes(byte[] bytes) => Read(Name, Mark, bytes, Parts);

    private static LineModel Parts(ref ModelReader reader)
    {
        var (version, kind, places) = (reader.Byte(), (RecurrentKind)reader.Byte(), (int)reader.UInt16());
        if (version != Version)
            throw Unknown(Name, $"{version}");
        var vocabulary = new TokenVocabulary(Text(ref reader), Texts(ref reader), Texts(ref reader));
        var recordStart = Text(ref reader);
        var width = reader.Count(least: 1, unit: vocabulary.Count + 1);
        var embeddings = reader.SBytes((vocabulary.Count + 1) * width);
        var (input, recurrent, output) = (
            NetworkFormat.Read(ref reader, sbyte.MaxValue),
            NetworkFormat.Read(ref reader, short.MaxValue),
            NetworkFormat.Read(ref reader, short.MaxValue)
        );
        var units = reader.Count(least: 1, unit: 2);
        var (state, cells) = (reader.Int16s(units), reader.Int32s(kind == RecurrentKind.Lstm ? units : 0));
        var (sigmoid, tanh) = (reader.Int16s(IntegerLayer.TablePoints), reader.Int16s(IntegerLayer.TablePoints));
        if (embeddings.AsSpan().Contains((short)sbyte.MinValue))
            throw new InvalidDataException("an embedding beyond its range");
        return new(
            vocabulary,
            recordStart.Length == 0 ? null : recordStart,
            places,
            kind,
            embeddings,
            input,
            recurrent,
            output,
            state,
            cells,
            sigmoid,
            tanh
        );
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = StrictUtf8.GetBytes(text);
        writer.Write((ushort)bytes.Length);
        writer.Write(bytes);
    }

    private static string Text(ref ModelReader reader) => StrictUtf8.GetString(reader.Bytes(reader.UInt16()));

    private static string[] Texts(ref ModelReader reader)
    {
        var texts = new string[reader.Count(least: 0, unit: 2)];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Text(ref reader);
        return texts;
    }
}
