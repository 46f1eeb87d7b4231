using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Isthmus.Studio.Pages;

/// <summary>
/// A page that does long work: it says what the work is and how far it is, the reader can stop it, and its fault stays on the page. Belongs to one connection,
/// and to its thread.
/// </summary>
public abstract class WorkPage : ComponentBase, IAsyncDisposable
{
    private CancellationTokenSource _cancel = new();
    private int _begun;
    private DateTime _reported;

    /// <summary>Preferences of the reader.</summary>
    [CascadingParameter]
    public Preferences Preferences { get; set; } = null!;

    /// <summary>The opened folder.</summary>
    [Inject]
    protected StudioFolder Folder { get; set; } = null!;

    /// <summary>The address.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>The browser.</summary>
    [Inject]
    protected IJSRuntime Script { get; set; } = null!;

    /// <summary>Fault of the last work; null without one.</summary>
    protected Exception? Fault { get; set; }

    /// <summary>Name of the work that goes on; null while none does.</summary>
    protected string? Work { get; private set; }

    /// <summary>Fraction of the work that is done, 0 to 1; null where it is not known.</summary>
    protected double? Share { get; private set; }

    /// <summary>Receiver of the fraction of the work that is done, from any thread.</summary>
    protected IProgress<double> Progress => new Reporter(this);

    /// <summary>Does long work: its name stands on the page meanwhile, and its fault afterwards.</summary>
    /// <param name="name">Name of the work, such as "Reading the model".</param>
    /// <param name="work">The work; its token says when it is to stop.</param>
    /// <returns>True if it was done, false if it was stopped or failed.</returns>
    protected async Task<bool> WorkAsync(string name, Func<CancellationToken, Task> work)
    {
        var (own, token) = (++_begun, _cancel.Token);
        (Work, Share, Fault) = (name, null, null);
        StateHasChanged();
        try
        {
            await work(token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException)
        {
            // The reader has stopped it, or has gone.
            return false;
        }
        catch (Exception e)
        {
            // Work that was stopped for other work may fail on what that has changed.
            if (!token.IsCancellationRequested)
                Fault = e;
            return false;
        }
        finally
        {
            if (own == _begun)
                Work = null;
            if (!token.IsCancellationRequested)
                StateHasChanged();
        }
    }

    /// <summary>Stops the work that goes on.</summary>
    protected void Stop()
    {
        _cancel.Cancel();
        _cancel = new();
        Work = null;
    }

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        _cancel.Cancel();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private void Report(double share)
    {
        // Ten times a second is as much as is seen.
        if (DateTime.UtcNow - _reported < TimeSpan.FromSeconds(0.1))
            return;
        _reported = DateTime.UtcNow;
        Share = share;
        _ = InvokeAsync(StateHasChanged);
    }

    private sealed class Reporter(WorkPage page) : IProgress<double>
    {
        public void Report(double value) => page.Report(value);
    }
}
