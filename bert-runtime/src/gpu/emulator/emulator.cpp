// Fibers of a block, and the barriers at which they meet.
#include "emulator.hpp"

#include <csetjmp>
#include <map>
#include <memory>
#include <string>
#include <ucontext.h>
#include <vector>

Dimensions threadIdx, blockIdx, blockDim, gridDim;

namespace emulator {
namespace {

constexpr size_t STACK = 64 * 1024;
constexpr int WARP = 32;

enum class State { Ready, InWarp, InBlock, Done };

struct Fiber {
    State state = State::Ready;
    bool is_begun = false;
    ucontext_t context{};
    jmp_buf place;
    std::unique_ptr<char[]> stack{new char[STACK]};
    Exchanged exchanged{};
};

std::map<std::string, Run> &kernels() {
    static std::map<std::string, Run> all;
    return all;
}

std::vector<Fiber> fibers;
Fiber *running = nullptr;
jmp_buf scheduler;
const Run *kernel = nullptr;
void **given = nullptr;
std::string fault;

void begin() {
    (*kernel)(given);
    running->state = State::Done;
    _longjmp(scheduler, 1);
}

void wait(State state) {
    running->state = state;
    if (_setjmp(running->place) == 0) _longjmp(scheduler, 1);
}

void resume(Fiber &fiber, unsigned number) {
    running = &fiber;
    threadIdx = {number, 0, 0};
    if (_setjmp(scheduler) != 0) return;
    if (fiber.is_begun) _longjmp(fiber.place, 1);
    fiber.is_begun = true;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = STACK;
    makecontext(&fiber.context, begin, 0);
    setcontext(&fiber.context);
}

// Lets those go on that all wait at one place; false where nobody can.
bool release() {
    bool any = false;
    for (size_t first = 0; first < fibers.size(); first += WARP) {
        const size_t end = std::min(first + WARP, fibers.size());
        size_t waiting = 0;
        for (size_t i = first; i < end; i++) waiting += fibers[i].state == State::InWarp;
        if (waiting == 0) continue;
        if (waiting != end - first) continue;
        for (size_t i = first; i < end; i++) fibers[i].state = State::Ready;
        any = true;
    }
    size_t waiting = 0, done = 0;
    for (const Fiber &fiber : fibers) waiting += fiber.state == State::InBlock, done += fiber.state == State::Done;
    if (waiting == 0 || waiting + done != fibers.size()) return any;
    for (Fiber &fiber : fibers)
        if (fiber.state == State::InBlock) fiber.state = State::Ready;
    return true;
}

bool is_done() {
    for (const Fiber &fiber : fibers)
        if (fiber.state != State::Done) return false;
    return true;
}

void run_block(bool backwards) {
    for (Fiber &fiber : fibers) fiber.state = State::Ready, fiber.is_begun = false;
    while (fault.empty() && !is_done()) {
        bool any = false;
        for (size_t place = 0; place < fibers.size() && fault.empty(); place++) {
            const size_t number = backwards ? fibers.size() - 1 - place : place;
            if (fibers[number].state != State::Ready) continue;
            resume(fibers[number], static_cast<unsigned>(number));
            any = true;
        }
        if (!release() && !any && fault.empty()) fault = "threads wait for others that never come";
    }
}

} // namespace

void add(const char *name, Run run) { kernels()[name] = std::move(run); }
void meet_warp() { wait(State::InWarp); }
void meet_block() { wait(State::InBlock); }
Exchanged &own() { return running->exchanged; }
const Exchanged &of_lane(int lane) { return fibers[threadIdx.x / WARP * WARP + lane].exchanged; }

void fail(const char *what) {
    fault = what;
    running->state = State::Done;
    _longjmp(scheduler, 1);
}

} // namespace emulator

// Runs a kernel as `cuLaunchKernel` does; null, or what was wrong. `backwards` lets the threads of a block run from the last to the first.
extern "C" __attribute__((visibility("default"))) const char *emulate(const char *name, const unsigned *grid, unsigned threads, void **arguments,
                                                                     int backwards) {
    using namespace emulator;
    const auto found = kernels().find(name);
    if (found == kernels().end()) return "there is no kernel of this name";
    if (threads % WARP != 0) return "a block is not of whole warps";
    fault.clear();
    kernel = &found->second, given = arguments;
    fibers.clear();
    fibers.resize(threads);
    gridDim = {grid[0], grid[1], grid[2]}, blockDim = {threads, 1, 1};
    for (unsigned z = 0; z < grid[2]; z++)
        for (unsigned y = 0; y < grid[1]; y++)
            for (unsigned x = 0; x < grid[0]; x++) {
                blockIdx = {x, y, z};
                run_block(backwards != 0);
                if (!fault.empty()) return fault.c_str();
            }
    return nullptr;
}
