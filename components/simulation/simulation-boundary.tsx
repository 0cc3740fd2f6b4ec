'use client'
import { Component, type ReactNode } from 'react'

type SimulationBoundaryProps = { children: ReactNode }
type SimulationBoundaryState = { failure: string | null }

/**
 * A bug in the explorer must not take the page with it: the text around it stays, and the reader is told that
 * this is no verdict. A class, because React offers nothing else that catches.
 */
export class SimulationBoundary extends Component<SimulationBoundaryProps, SimulationBoundaryState> {
  override state: SimulationBoundaryState = { failure: null }

  static getDerivedStateFromError(error: unknown): SimulationBoundaryState {
    return { failure: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    if (this.state.failure === null) return this.props.children
    return (
      <div role="alert">
        <p>
          The simulation stopped because of a fault of its own: {this.state.failure}. This says nothing about
          the model. Reload the page to start it again.
        </p>
      </div>
    )
  }
}
