using System.Buffers.Binary;
using System.IO.Hashing;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Isthmus.Data.Files;

/// <summary>
/// Content of a gzip file: all of its members, one after another, each checked against its CRC-32 and length. The framework's own gzip stream takes a truncated
/// file for a complete one. Source: RFC 1952.
/// </summary>
internal sealed class GzipContent(Stream packed) : ForwardStream(packed)
{
    private const int HasHeaderSum = 2,
        HasExtra = 4,
        HasName = 8,
        HasComment = 16,
        Reserved = 0xE0;

    private readonly byte[] _input = new byte[1 << 16];
    private readonly Inflater _inflater = new(noHeader: true);
    private readonly Crc32 _crc = new();
    private uint _length;
    private int _at,
        _end,
        _members;
    private bool _inMember;

    /// <exception cref="InvalidDataException">The file is damaged, or something else follows the last member.</exception>
    /// <exception cref="EndOfStreamException">It is cut short.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        while (count > 0 && (_inMember || Begin()))
        {
            var read = Inflate(buffer, offset, count);
            _crc.Append(buffer.AsSpan(offset, read));
            _length += (uint)read;
            if (read > 0)
                return read;
            if (_inflater.IsFinished)
                End();
            else if (!_inflater.IsNeedingInput)
                throw new InvalidDataException("its gzip content makes no sense.");
            else if (_at < _end || Fill())
            {
                _inflater.SetInput(_input, _at, _end - _at);
                _at = _end;
            }
            else
                throw new EndOfStreamException();
        }
        return 0;
    }

    private int Inflate(byte[] buffer, int offset, int count)
    {
        try
        {
            return _inflater.Inflate(buffer, offset, count);
        }
        // It reads from memory alone, so any exception is due to the bytes.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException("its gzip content makes no sense.", e);
        }
    }

    /// <summary>Reads the next member's header; false at the end of the file, after which zeros may follow.</summary>
    private bool Begin()
    {
        var first = Next();
        while (_members > 0 && first == 0)
            first = Next();
        if (first < 0 && _members > 0)
            return false;
        Span<byte> header = stackalloc byte[9];
        foreach (ref var value in header)
            value = Demanded();
        if (first != 0x1F || header[0] != 0x8B || header[1] != 8 || (header[2] & Reserved) != 0)
            throw new InvalidDataException("what follows its gzip content is not gzip.");
        if ((header[2] & HasExtra) != 0)
            for (var bytes = Demanded() + (Demanded() << 8); bytes > 0; bytes--)
                Demanded();
        foreach (var text in (int[])[HasName, HasComment])
            while ((header[2] & text) != 0 && Demanded() != 0) { }
        if ((header[2] & HasHeaderSum) != 0)
            (_, _) = (Demanded(), Demanded());
        _inflater.Reset();
        _crc.Reset();
        (_length, _inMember) = (0, true);
        return true;
    }

    /// <summary>Checks the member that was read against its CRC-32 and length modulo 2^32.</summary>
    private void End()
    {
        _at = _end - _inflater.RemainingInput;
        Span<byte> trailer = stackalloc byte[8];
        foreach (ref var value in trailer)
            value = Demanded();
        if (
            BinaryPrimitives.ReadUInt32LittleEndian(trailer) != _crc.GetCurrentHashAsUInt32()
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != _length
        )
            throw new InvalidDataException("the gzip content does not match its check sum.");
        (_inMember, _members) = (false, _members + 1);
    }

    private byte Demanded() => Next() is >= 0 and var value ? (byte)value : throw new EndOfStreamException();

    private int Next() => _at < _end || Fill() ? _input[_at++] : -1;

    private bool Fill()
    {
        (_at, _end) = (0, Source.Read(_input));
        return _end > 0;
    }
}
