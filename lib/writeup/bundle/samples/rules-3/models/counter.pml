byte n;
init { n++; assert(n == 1) }
