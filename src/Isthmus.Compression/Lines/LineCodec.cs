using System.Collections.Concurrent;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer;
using Isthmus.Data.Lines;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Lines;

/// <summary>
/// Codec of blocks of text by a language model of lines: each token by its probability given those before it in its line. Lines of a block are predicted side
/// by side, all first tokens, then all second ones; blocks are coded apart. Bytes come back exactly, whatever they are. Safe for use by several threads.
/// </summary>
/// <remarks>
/// A payload: flags (1 byte; bit 0: the bytes do not end with LF; bit 1: CR stands before each LF); varint number of pieces; varint bytes of the records
/// that tokens would make larger, 0 for none, then varint packed bytes and these (Brotli: for each, varint records before it since the last such, varint
/// length, bytes); and one <see cref="RangeEncoder"/>'s message: of 1,024 pieces at a time, for each place, the tokens of the pieces that go on, in their
/// order, with 24 bits of precision; then the texts of all masks, in the order of the records, as <see cref="MaskedTexts"/> codes them. A piece ends with
/// the end of its record or after as many tokens as the model says.
/// </remarks>
internal sealed class LineCodec(LineModel model) : IBlockCodec
{
    private const byte NoEnd = 1,
        HasCr = 2;

    // Pieces whose states, and of these, whose logits are held at once.
    private const int SideBySide = 1024,
        Together = 32;

    // What Brotli takes for a byte of a single line, about; and what tells of it.
    private const int PlainBits = 6,
        PlainOverhead = 16;

    private readonly ConcurrentBag<TokenEncoder> _encoders = [];

    /// <inheritdoc/>
    public BlockType Type => BlockType.Lines;

    /// <inheritdoc/>
    public byte[]? Encode(ReadOnlySpan<byte> records, int count)
    {
        if (records.IsEmpty)
            return null;
        var encoder = _encoders.TryTake(out var idle) ? idle : new(model.Vocabulary);
        var (cut, hasCr, isEnded) = CutLines.Cut(records, model, encoder);
        _encoders.Add(encoder);
        // A text with a byte of 0 would end there.
        var plain = cut.Select(record => record.Masked.Any(text => text.AsSpan().Contains((byte)0))).ToArray();
        var (message, pieces, costs) = Message(cut, plain);
        var isLarger = false;
        for (var i = 0; i < plain.Length; i++)
            isLarger |= plain[i] |= costs[i] > PlainBits * cut[i].Bytes.Length + PlainOverhead && cut[i].Bytes.Length > 0;
        if (isLarger)
            (message, pieces, _) = Message(cut, plain);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write((byte)((isEnded ? 0 : NoEnd) | (hasCr ? HasCr : 0)));
        writer.Write7BitEncodedInt(pieces);
        WritePlain(writer, cut, plain);
        writer.Write(message);
        return stream.ToArray();
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records)
    {
        byte[] bytes;
        try
        {
            bytes = Decoded(payload.ToArray(), records.Length);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new MessageException("A block of lines ends too early: it is damaged.");
        }
        if (bytes.Length != records.Length)
            throw new MessageException($"A block of lines has {bytes.Length} bytes and not {records.Length}: it is damaged, or of another model.");
        bytes.CopyTo(records);
    }

    /// <summary>Returns the bits of the tokens of each record by the model. For accounting, never for decoding.</summary>
    public double[] Costs(ReadOnlySpan<byte> bytes)
    {
        var (cut, _, _) = CutLines.Cut(bytes, model, new(model.Vocabulary));
        return Message(cut, new bool[cut.Count]).Costs;
    }

    private (byte[] Message, int Pieces, double[] Costs) Message(List<CutRecord> cut, bool[] plain)
    {
        var (pieces, owners) = (new List<ArraySegment<int>>(), new List<int>());
        foreach (var (i, record) in cut.Index())
            for (var at = 0; !plain[i] && at < record.Tokens.Length; at += model.Places)
            {
                pieces.Add(new(record.Tokens, at, Math.Min(model.Places, record.Tokens.Length - at)));
                owners.Add(i);
            }
        var (encoder, costs) = (new RangeEncoder(), new double[cut.Count]);
        Code(new Writer(encoder, pieces, owners, costs), pieces.Count);
        var (masked, bits) = (new Lazy<MaskedTexts>(), new BitWriter(encoder));
        foreach (var (i, record) in cut.Index())
            if (!plain[i])
            {
                var next = 0;
                ForEachMask(record.Tokens, (mask, place) => masked.Value.Code(bits, mask, place, record.Masked[next++], int.MaxValue));
            }
        return (encoder.ToBytes(), pieces.Count, costs);
    }

    /// <summary>Calls with each mask among tokens, and a hash of the tokens before it.</summary>
    private void ForEachMask(ReadOnlySpan<int> tokens, Action<int, ulong> visit)
    {
        var place = 0UL;
        foreach (var token in tokens)
        {
            place = MaskedTexts.Mixed(place, (ulong)token);
            if (model.Vocabulary.IsMask(token))
                visit(token - TokenVocabulary.FirstMask, place);
        }
    }

    /// <summary>Codes the tokens of pieces: of so many of them side by side, place after place.</summary>
    private void Code<TCoder>(TCoder coder, int pieces)
        where TCoder : ITokenCoder
    {
        for (var first = 0; first < pieces; first += SideBySide)
            Code(coder, first, Math.Min(SideBySide, pieces - first));
    }

    private void Code<TCoder>(TCoder coder, int firstPiece, int pieces)
        where TCoder : ITokenCoder
    {
        var predictor = new TokenPredictor(model, pieces);
        var tokens = model.Vocabulary.Count;
        var (owners, before, goesOn) = (new int[pieces], new int[pieces], new bool[pieces]);
        for (var i = 0; i < pieces; i++)
            owners[i] = firstPiece + i;
        using Rented<int> logits = new(Together * tokens);
        using Rented<uint> shares = new(tokens);
        for (var place = 0; place < model.Places && predictor.Lines > 0; place++)
        {
            var lines = predictor.Lines;
            for (var first = 0; first < lines; first += Together)
            {
                var count = Math.Min(Together, lines - first);
                predictor.Next(first, before.AsSpan(first, count), logits.Span[..(count * tokens)]);
                for (var line = first; line < first + count; line++)
                {
                    TokenShares.Of(logits.Span.Slice((line - first) * tokens, tokens), shares.Span);
                    before[line] = coder.Code(shares.Span, owners[line], place);
                    goesOn[line] = before[line] != TokenVocabulary.End;
                }
            }
            predictor.Keep(goesOn.AsSpan(0, lines));
            var to = 0;
            for (var line = 0; line < lines; line++)
                if (goesOn[line])
                    (owners[to], before[to++]) = (owners[line], before[line]);
        }
    }

    private byte[] Decoded(byte[] payload, int most)
    {
        using var reader = new BinaryReader(new MemoryStream(payload, writable: false));
        var (flags, pieces) = (reader.ReadByte(), reader.Read7BitEncodedInt());
        // Each piece but the last has an end or tokens.
        if (flags > (NoEnd | HasCr) || pieces < 0 || pieces > most + 1L)
            throw new MessageException($"A block of {most} bytes has {(uint)pieces} pieces of lines: it is damaged.");
        var plain = ReadPlain(reader, most);
        var at = (int)reader.BaseStream.Position;
        var decoder = new RangeDecoder(payload.AsMemory(at));
        var read = new Reader(decoder, pieces, most);
        Code(read, pieces);
        var (masked, bits, bytes) = (new Lazy<MaskedTexts>(), new BitReader(decoder), new LineBytes(most, (flags & HasCr) != 0));
        var (record, tokens, next) = (0, new List<int>(), 0);
        foreach (var piece in read.Pieces)
        {
            TakePlain();
            tokens.AddRange(piece);
            if (tokens is not [.., TokenVocabulary.End])
                continue;
            var place = 0UL;
            foreach (var token in tokens)
            {
                place = MaskedTexts.Mixed(place, (ulong)token);
                bytes.Add(
                    model.Vocabulary.IsMask(token)
                        ? masked.Value.Code(bits, token - TokenVocabulary.FirstMask, place, [], bytes.Left)
                        : model.TokenBytes[token]
                );
            }
            tokens.Clear();
            record++;
        }
        TakePlain();
        decoder.CheckEnd();
        if (tokens.Count > 0 || next < plain.Count)
            throw new MessageException("A record of lines has no end: the block is damaged, or of another model.");
        return bytes.ToArray((flags & NoEnd) != 0);

        // In front of a record, not within one.
        void TakePlain()
        {
            for (; tokens.Count == 0 && next < plain.Count && plain[next].Record == record; record++)
            {
                bytes.Add(plain[next++].Bytes);
                bytes.Add("\n"u8);
            }
        }
    }

    private static void WritePlain(BinaryWriter writer, List<CutRecord> cut, bool[] plain)
    {
        using var stream = new MemoryStream();
        using var section = new BinaryWriter(stream);
        var before = 0;
        foreach (var (i, record) in cut.Index())
            if (plain[i])
            {
                section.Write7BitEncodedInt(i - before);
                section.Write7BitEncodedInt(record.Bytes.Length);
                section.Write(record.Bytes);
                before = i + 1;
            }
        writer.Write7BitEncodedInt((int)stream.Length);
        if (stream.Length == 0)
            return;
        var packed = BrotliCodec.Smallest.Encode(stream.ToArray());
        writer.Write7BitEncodedInt(packed.Length);
        writer.Write(packed);
    }

    private static List<(int Record, byte[] Bytes)> ReadPlain(BinaryReader reader, int most)
    {
        var (length, found) = (reader.Read7BitEncodedInt(), new List<(int, byte[])>());
        if (length == 0)
            return found;
        // A record takes its bytes, its end, and two numbers.
        if (length < 0 || length > 11L * (most + 1L))
            throw new MessageException($"A block of {most} bytes has {(uint)length} bytes of single records: it is damaged.");
        var plain = new byte[length];
        if (!BrotliCodec.TryDecode(reader.ReadBytes(Math.Max(0, reader.Read7BitEncodedInt())), plain))
            throw new MessageException("Single records of a block do not unpack: it is damaged.");
        using var section = new BinaryReader(new MemoryStream(plain, writable: false));
        var record = 0;
        while (section.BaseStream.Position < length)
        {
            record += section.Read7BitEncodedInt();
            var bytes = section.ReadBytes(Math.Max(0, section.Read7BitEncodedInt()));
            found.Add((record++, bytes));
        }
        return found;
    }

    /// <summary>Bytes of decoded lines, kept within the block's size.</summary>
    private sealed class LineBytes(int most, bool hasCr)
    {
        private readonly byte[] _bytes = new byte[most + 2];
        private int _count;

        /// <summary>Bytes that still fit.</summary>
        public int Left => _bytes.Length - _count;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            foreach (var value in bytes)
            {
                if (hasCr && value == (byte)'\n')
                    Add((byte)'\r');
                Add(value);
            }
        }

        /// <summary>Returns the bytes; without the end of the last line, if it has none.</summary>
        public byte[] ToArray(bool isOpen)
        {
            if (isOpen)
                _count -= hasCr ? 2 : 1;
            return _bytes[..Math.Max(0, _count)];
        }

        private void Add(byte value) =>
            _bytes[_count < _bytes.Length ? _count++ : throw new MessageException("A block of lines has more bytes than it says: it is damaged.")] = value;
    }

    /// <summary>Writes or reads tokens.</summary>
    private interface ITokenCoder
    {
        int Code(ReadOnlySpan<uint> shares, int piece, int place);
    }

    private readonly struct Writer(RangeEncoder encoder, List<ArraySegment<int>> pieces, List<int> owners, double[] costs) : ITokenCoder
    {
        public int Code(ReadOnlySpan<uint> shares, int piece, int place)
        {
            var token = pieces[piece][place];
            var start = 0u;
            foreach (var share in shares[..(token - 1)])
                start += share;
            var own = shares[token - 1];
            encoder.Push(start, own, TokenShares.Precision);
            costs[owners[piece]] += TokenShares.Precision - Math.Log2(own);
            return token;
        }
    }

    private readonly struct Reader(RangeDecoder decoder, int pieces, int most) : ITokenCoder
    {
        private readonly int[] _left = [most + 1];

        public List<int>[] Pieces { get; } = [.. Enumerable.Range(0, pieces).Select(_ => new List<int>())];

        public int Code(ReadOnlySpan<uint> shares, int piece, int place)
        {
            var point = decoder.Peek(TokenShares.Precision);
            var (token, start) = (0, 0u);
            while (point - start >= shares[token])
                start += shares[token++];
            decoder.Pop(start, shares[token++], TokenShares.Precision);
            Pieces[piece].Add(token);
            // Every token stands for a byte at least.
            if (--_left[0] < 0)
                throw new MessageException("A block of lines has more tokens than bytes: it is damaged, or of another model.");
            return token;
        }
    }

    private readonly struct BitWriter(RangeEncoder encoder) : IBitCoder
    {
        public bool Code(uint falseFrequency, int precision, bool wanted)
        {
            if (wanted)
                encoder.Push(falseFrequency, (1u << precision) - falseFrequency, precision);
            else
                encoder.Push(0, falseFrequency, precision);
            return wanted;
        }
    }

    private readonly struct BitReader(RangeDecoder decoder) : IBitCoder
    {
        public bool Code(uint falseFrequency, int precision, bool wanted) => decoder.PopCoin(falseFrequency, precision);
    }
}
