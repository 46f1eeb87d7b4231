using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Requests;

/// <summary>A request's body as it comes. A read ends when the request is given up, and goes on when the server is told to stop.</summary>
internal sealed class BodyPipe : IDisposable
{
    private readonly PipeReader _reader;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenRegistration _givenUp;

    public BodyPipe(HttpContext context)
    {
        (_reader, _aborted) = (context.Request.BodyReader, context.RequestAborted);
        // A read that is cancelled by its token has not ended when the server looks for what is left of the body.
        _givenUp = _aborted.Register(_reader.CancelPendingRead);
    }

    /// <summary>Bytes that have arrived and are not read yet.</summary>
    /// <exception cref="OperationCanceledException">The request was given up.</exception>
    public async ValueTask<ReadResult> ReadAsync()
    {
        while (true)
        {
            var read = await _reader.ReadAsync();
            if (!read.IsCanceled)
                return read;
            _reader.AdvanceTo(read.Buffer.Start);
            // Otherwise woken by a server that is told to stop: the body still comes.
            _aborted.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes what was read to a place, and waits for more than was looked at.</summary>
    public void AdvanceTo(SequencePosition taken, SequencePosition looked) => _reader.AdvanceTo(taken, looked);

    /// <summary>Takes what was read to a place.</summary>
    public void AdvanceTo(SequencePosition taken) => _reader.AdvanceTo(taken);

    /// <inheritdoc/>
    public void Dispose() => _givenUp.Dispose();
}
