// Exceptions that cross the C++ library and a thread's start.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

static int depth(int n)
{
	if (!n)
		return std::vector<int>(1).at(5);
	return depth(n - 1) + 1;
}

int main()
{
	try {
		depth(10);
	} catch (const std::out_of_range &) {
		std::puts("caught");
	}
	try {
		std::rethrow_exception(std::make_exception_ptr(std::runtime_error("again")));
	} catch (const std::exception &e) {
		std::puts(e.what());
	}
	return 0;
}
